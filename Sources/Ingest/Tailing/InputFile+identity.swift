import CivilTime
import Glibc

extension InputFile {
    /// Which file it is for the system, under whatever name.
    var identity: FileCheckpoint.Identity { FileCheckpoint.Identity(status) }

    /// When somebody wrote to it last, as it was opened.
    var modifiedAt: Instant {
        Instant(
            milliseconds: Int64(status.st_mtim.tv_sec) * 1000
                + Int64(status.st_mtim.tv_nsec) / 1_000_000)
    }

    /// Its path without symbolic links.
    var realPath: String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// Bytes in the file now, where ``size`` tells those it had when it was opened.
    var presentSize: Int64 {
        get throws(IngestError) {
            var now = stat()
            guard fstat(descriptor, &now) == 0 else { throw .cannotRead(path: path, code: errno) }
            return Int64(now.st_size)
        }
    }

    /// Whether the file that this one may be the compressed form of is still there.
    var hasOriginal: Bool {
        Compression.original(of: path).map { access($0, F_OK) == 0 } ?? false
    }
}
