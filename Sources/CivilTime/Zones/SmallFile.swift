import Glibc

/// Reads files that are known to be small.
enum SmallFile {
    /// The largest TZif file has 4 KB, `tzdata.zi` 110; more than this is something else.
    static let limit = 1 << 20

    /// The system's error number.
    struct Failure: Error {
        var number: Int32

        /// No such file, or a directory, or a name no file can have.
        var meansAbsent: Bool {
            [ENOENT, ENOTDIR, EISDIR, ENAMETOOLONG].contains(number)
        }

        var reason: String { String(cString: strerror(number)) }
    }

    /// Anything but a regular file counts as absent; a named pipe must not hold the program up.
    ///
    /// - Parameter most: how many bytes are of use.
    static func read(_ path: String, most: Int = limit) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Failure(number: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Failure(number: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Failure(number: EISDIR) }
        guard status.st_size <= limit else { throw Failure(number: EFBIG) }
        return try read(descriptor, count: min(most, Int(status.st_size)))
    }

    /// Fewer bytes come back when the file was shortened in the meantime.
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
