import CivilTime
import SQLite

/// The stored state of a source file: its identity, and how far it was read.
struct FileCheckpoint {
    /// The identity of a file in the operating system.
    struct Identity: Hashable {
        var device: Int64
        var inode: Int64
    }

    /// The first bytes, which identify a file if its inode has been reused.
    struct Head: Hashable {
        /// Enough for a few records. No two logs are equal for that long.
        static let limit = 4096

        var size: Int
        var hash: ContentHash

        init(of start: [UInt8]) {
            size = min(start.count, Self.limit)
            hash = ContentHash(of: start.prefix(Self.limit))
        }

        init(size: Int, hash: ContentHash) {
            self.size = size
            self.hash = hash
        }

        /// Returns whether a file with these first bytes starts with this head.
        func starts(_ start: [UInt8]) -> Bool {
            start.count >= size && ContentHash(of: start.prefix(size)) == hash
        }
    }

    /// How far the file was read, in uncompressed bytes. Only whole records count.
    struct Position: Hashable {
        var place = RecordReader.Place()
        /// The hash of all bytes before the position.
        var hash = ContentHash()
        /// The CSV header row.
        var header: [UInt8]?
    }

    var id: Int64
    /// The path at which the file was first found.
    var path: String
    /// The path at which the file was last seen, and the same path without symbolic links.
    var seenPath: String
    var realPath: String
    /// The modification time when the last new records were read, or `nil` if unknown.
    var modifiedAt: Instant?
    var seenAt: Instant
    var identity: Identity?
    var head: Head
    var position: Position
    /// The hash of a compressed file's stored form, once it was completely read.
    var packed: ContentHash?

    /// Changes with every move of the position.
    var version: [Int64] { [id, position.place.offset] }

    static let columns =
        """
        id, device, inode, head_size, head_hash, offset, lines, hash, header, packed, path,
            ifnull(seen_path, path), ifnull(real_path, path), modified_at, seen_at
        """

    init(row: borrowing Statement) {
        id = row.integer(0)
        if let device = row.optionalInteger(1), let inode = row.optionalInteger(2) {
            identity = Identity(device: device, inode: inode)
        }
        head = Head(
            size: row.int(3, in: 0...Int64(Head.limit)), hash: ContentHash(stored: row.integer(4)))
        position = Position(
            place: RecordReader.Place(offset: row.integer(5), lines: row.int(6)),
            hash: ContentHash(stored: row.integer(7)), header: row.isNull(8) ? nil : row.blob(8))
        packed = row.optionalInteger(9).map { ContentHash(stored: $0) }
        path = row.text(10)
        seenPath = row.text(11)
        realPath = row.text(12)
        modifiedAt = row.optionalInteger(13).map { Instant(milliseconds: $0) }
        seenAt = Instant(milliseconds: row.integer(14))
    }
}
