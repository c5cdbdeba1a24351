import Glibc

/// Reads files that are known to be small.
enum SmallFile {
    /// The largest TZif file has 4 KB, and `tzdata.zi` has 110 KB. A larger file is something else.
    static let limit = 1 << 20

    /// A failure with its `errno`.
    struct Failure: Error {
        var number: Int32

        /// Whether the file does not exist, is a directory, or cannot exist because of its name.
        var isMissingFile: Bool {
            [ENOENT, ENOTDIR, EISDIR, ENAMETOOLONG].contains(number)
        }

        var reason: String { String(cString: strerror(number)) }
    }

    /// Reads a file. Everything except regular files counts as missing, because a named pipe could
    /// block the program.
    ///
    /// - Parameters:
    ///   - path: the path of the file.
    ///   - maxCount: the maximum number of bytes to read.
    static func read(_ path: String, maxCount: Int = limit) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Failure(number: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Failure(number: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Failure(number: EISDIR) }
        guard status.st_size <= limit else { throw Failure(number: EFBIG) }
        return try read(descriptor, count: min(maxCount, Int(status.st_size)))
    }

    /// Returns fewer bytes if the file was truncated in the meantime.
    private static func read(_ descriptor: Int32, count: Int) throws(Failure) -> [UInt8] {
        var failure: Failure?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = Glibc.read(
                    descriptor, buffer.baseAddress?.advanced(by: filled), count - filled)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = Failure(number: errno) }
                guard got > 0 else { return }
                filled += got
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
