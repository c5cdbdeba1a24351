import Glibc

extension InputFile {
    /// Which file it is for the system, under whatever name.
    var identity: KnownFile.Identity {
        KnownFile.Identity(
            device: Int64(bitPattern: UInt64(status.st_dev)),
            inode: Int64(bitPattern: UInt64(status.st_ino)))
    }

    /// Whether the file that this one may be the compressed form of is still there.
    var hasOriginal: Bool {
        path.hasSuffix(".gz") && access(String(path.dropLast(3)), F_OK) == 0
    }
}
