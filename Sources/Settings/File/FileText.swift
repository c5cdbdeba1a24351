import FileOwners
import Glibc

/// An error that occurred while reading a file.
struct FileReadError: Error {
    let path: String
    let number: Int32

    /// Whether the file does not exist.
    var isMissingFile: Bool { number == ENOENT || number == ENOTDIR }

    var reason: String {
        String(cString: strerror(number)) + FileOwner.remedy(at: path, code: number)
    }
}

/// Returns all bytes of a file or pipe.
///
/// - Throws: ``FileReadError`` if the file cannot be read or has more than `limit` bytes.
func bytes(ofFile path: String, limit: Int = 16 << 20) throws(FileReadError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileReadError(path: path, number: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count == 0 { return bytes }
        if count < 0 && errno != EINTR { throw FileReadError(path: path, number: errno) }
        bytes += buffer.prefix(max(0, count))
        guard bytes.count <= limit else { throw FileReadError(path: path, number: EFBIG) }
    }
}
