import FileOwners
import Glibc

/// Why a file could not be read: the number the system gave.
struct FileReadError: Error {
    let path: String
    let number: Int32

    /// Nothing is there, as opposed to something that cannot be read.
    var isAbsence: Bool { number == ENOENT || number == ENOTDIR }

    var reason: String {
        String(cString: strerror(number)) + FileOwner.remedy(at: path, code: number)
    }
}

/// All bytes of a file, which may be a pipe; it must end within `limit` bytes.
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
