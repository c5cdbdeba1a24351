import CSQLite

/// Detects network file systems, on which SQLite's locks and shared memory do not work.
///
/// https://sqlite.org/wal.html: "All processes using a database must be on the same host computer;
/// WAL does not work over a network filesystem."
package enum NetworkFileSystem {
    /// Returns the name of the network file system that contains a path, or nil if it is another
    /// file system or unknown.
    package static func name(at path: String) -> String? {
        magic(at: path).flatMap { names[$0] }
    }

    /// Returns the magic number of the file system, or nil if the path does not exist.
    static func magic(at path: String) -> UInt32? {
        let kind = callback_file_system(path)
        return kind < 0 ? nil : UInt32(truncatingIfNeeded: kind)
    }

    /// The network file systems by their magic numbers in statfs(2) and linux/magic.h.
    static let names: [UInt32: String] = [
        0x6969: "NFS", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB", 0x517B: "SMB",
        0x5346_414F: "AFS", 0x6B41_4653: "AFS", 0x7375_7245: "Coda", 0x0102_1997: "9P",
        0x00C3_6400: "Ceph", 0x0116_1970: "GFS2", 0x7461_636F: "OCFS2", 0x0BD0_0BD3: "Lustre",
        0x786F_4256: "VirtualBox", 0x564C: "NCP", 0x4750_4653: "GPFS",
    ]
}
