import Glibc

/// An open file, pipe or terminal. Closed when it is released.
package final class InputFile {
    /// The path that means standard input.
    package static let standardInput = "-"

    /// The path as the user entered it.
    package let path: String
    let descriptor: Int32
    private(set) var status = stat()

    /// Opens a path for reading, or uses standard input for `-`.
    ///
    /// - Parameter onlyRegular: Whether to reject pipes and devices, and never wait for a writer.
    package init(path: String, onlyRegular: Bool = false) throws(IngestError) {
        self.path = path
        if path == Self.standardInput {
            descriptor = STDIN_FILENO
        } else {
            // O_NONBLOCK affects only pipes, which are rejected in this case.
            descriptor = open(path, O_RDONLY | O_CLOEXEC | (onlyRegular ? O_NONBLOCK : 0))
        }
        guard descriptor >= 0 else { throw .cannotOpen(path: path, code: errno) }
        guard fstat(descriptor, &status) == 0 else { throw .cannotOpen(path: path, code: errno) }
        guard onlyRegular ? isRegular : kind != S_IFDIR else { throw .notAFile(path: path) }
    }

    deinit {
        if descriptor > STDERR_FILENO { close(descriptor) }
    }

    package var isRegular: Bool { kind == S_IFREG }

    /// The size in bytes before decompression, or `nil` for a pipe.
    package var size: Int64? { isRegular ? Int64(status.st_size) : nil }

    /// The number of bytes read before decompression, or 0 for a pipe.
    package var position: Int64 { max(0, Int64(lseek(descriptor, 0, SEEK_CUR))) }

    var kind: mode_t { status.st_mode & S_IFMT }

    /// Sets the position of the next read.
    func seek(to offset: Int64) throws(IngestError) {
        guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else {
            throw .cannotRead(path: path, code: errno)
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int {
        try again { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
    }

    /// Returns up to `count` bytes at an offset. Does not change the position of the next read.
    func bytes(at offset: Int64, count: Int) throws(IngestError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let size = try again {
                bytes.withUnsafeMutableBytes { buffer in
                    pread(
                        descriptor, buffer.baseAddress?.advanced(by: filled), count - filled,
                        off_t(offset) + off_t(filled))
                }
            }
            if size == 0 { break }
            filled += size
        }
        return Array(bytes.prefix(filled))
    }

    /// Repeats a system call that a signal interrupted.
    private func again(_ call: () -> Int) throws(IngestError) -> Int {
        while true {
            let size = call()
            if size >= 0 { return size }
            guard errno == EINTR else { throw .cannotRead(path: path, code: errno) }
        }
    }
}
