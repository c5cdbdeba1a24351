import Glibc

extension InputFile {
    /// Which file it is for the system, under whatever name.
    var identity: KnownFile.Identity {
        KnownFile.Identity(
            device: Int64(bitPattern: UInt64(status.st_dev)),
            inode: Int64(bitPattern: UInt64(status.st_ino)))
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
        path.hasSuffix(".gz") && access(String(path.dropLast(3)), F_OK) == 0
    }
}
