import CivilTime
import Glibc
import Storage

extension InputFile {
    /// The identity of the file, independent of its name.
    var identity: FileCheckpoint.Identity { FileCheckpoint.Identity(status) }

    /// The modification time when the file was opened.
    var modifiedAt: Instant {
        Instant(
            milliseconds: Int64(status.st_mtim.tv_sec) * 1000
                + Int64(status.st_mtim.tv_nsec) / 1_000_000)
    }

    /// The file as checkpoints store it.
    var asSourceFile: SourceFile {
        SourceFile(path: path, realPath: realPath, identity: identity, modifiedAt: modifiedAt)
    }

    /// The path without symbolic links.
    var realPath: String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// The current size in bytes. ``size`` is the size when the file was opened.
    var presentSize: Int64 {
        get throws(IngestError) {
            var now = stat()
            guard fstat(descriptor, &now) == 0 else { throw .cannotRead(path: path, code: errno) }
            return Int64(now.st_size)
        }
    }

    /// Returns the bytes before an offset that identify a file.
    func lastBytes(
        before offset: Int64, count: Int = FileCheckpoint.Tail.limit
    ) throws(IngestError) -> [UInt8] {
        let count = Int(min(Int64(count), offset))
        return try bytes(at: offset - Int64(count), count: count)
    }

    /// Whether the file that this one may be the compressed form of still exists.
    var hasOriginal: Bool {
        Compression.original(of: path).map { access($0, F_OK) == 0 } ?? false
    }
}
