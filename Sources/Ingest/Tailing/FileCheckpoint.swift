import CivilTime
import SQLite

/// What the log knows of a source file: who it is, and how far it was read.
struct FileCheckpoint {
    /// Which file it is for the system.
    struct Identity: Hashable {
        var device: Int64
        var inode: Int64
    }

    /// The first bytes, by which a file is known when its inode is another one's now.
    struct Head: Hashable {
        /// Enough for a few records; a log is never the same for so long as another one.
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

        /// Whether a file that starts with those bytes starts with these.
        func starts(_ start: [UInt8]) -> Bool {
            start.count >= size && ContentHash(of: start.prefix(size)) == hash
        }
    }

    /// How far it was read, in uncompressed bytes; only whole records count.
    struct Position: Hashable {
        var place = RecordReader.Place()
        /// Of all bytes before it.
        var hash = ContentHash()
        /// CSV's header row.
        var header: [UInt8]?
    }

    var id: Int64
    /// Where it was found first.
    var path: String
    /// Where it was seen last, and where that leads without symbolic links.
    var seenPath: String
    var realPath: String
    /// When it was written to, as of the last look that found something; nil where unknown.
    var modifiedAt: Instant?
    var seenAt: Instant
    var identity: Identity?
    var head: Head
    var position: Position
    /// Hash of a compressed file's stored form, once it was read to its end.
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
