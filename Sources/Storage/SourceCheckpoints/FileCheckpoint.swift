package import CivilTime

/// The stored state of a source file: its identity, and how far it was read.
package struct FileCheckpoint {
    /// The identity of a file in the operating system.
    package struct Identity: Hashable {
        package var device: Int64
        package var inode: Int64

        package init(device: Int64, inode: Int64) {
            self.device = device
            self.inode = inode
        }
    }

    /// The first bytes, which identify a file if its inode has been reused.
    package struct Head: Hashable {
        /// Enough for a few records. No two logs are equal for that long.
        package static let limit = 4096

        package var size: Int
        package var hash: ContentHash

        package init(of start: [UInt8]) {
            size = min(start.count, Self.limit)
            hash = ContentHash(of: start.prefix(Self.limit))
        }

        package init(size: Int, hash: ContentHash) {
            self.size = size
            self.hash = hash
        }

        /// Whether the file had no content yet, so that only its identity is known.
        package var isEmpty: Bool { size == 0 }

        /// Returns whether a file with these first bytes starts with this head.
        package func starts(_ start: [UInt8]) -> Bool {
            start.count >= size && ContentHash(of: start.prefix(size)) == hash
        }
    }

    /// The bytes just before the position. They show whether a program has written a file again whose
    /// first bytes are always the same.
    package struct Tail: Hashable {
        package static let limit = 4096

        package var size: Int
        package var hash: ContentHash

        package init(of bytes: [UInt8]) {
            self.init(size: bytes.count, hash: ContentHash(of: bytes))
        }

        package init(size: Int, hash: ContentHash) {
            self.size = size
            self.hash = hash
        }
    }

    /// How far the file was read, in uncompressed bytes. Only whole records count.
    package struct Position: Hashable {
        package var offset: Int64
        /// The number of lines before the position.
        package var lines: Int
        /// The hash of all bytes before the position.
        package var hash: ContentHash
        /// The CSV header row.
        package var header: [UInt8]?

        package init(
            offset: Int64 = 0, lines: Int = 0, hash: ContentHash = ContentHash(),
            header: [UInt8]? = nil
        ) {
            self.offset = offset
            self.lines = lines
            self.hash = hash
            self.header = header
        }
    }

    /// The end of a file whose last line has no line end.
    package struct Rest: Hashable {
        /// The size of the file.
        package var size: Int64
        package var modifiedAt: Instant
        /// When a run first found this end, or `nil` once the line was reported.
        package var seenAt: Instant?
        /// Whether the file was rotated when that run found it.
        package var isRotated: Bool

        package init(size: Int64, modifiedAt: Instant, seenAt: Instant?, isRotated: Bool) {
            self.size = size
            self.modifiedAt = modifiedAt
            self.seenAt = seenAt
            self.isRotated = isRotated
        }
    }

    package var id: Int64
    /// The path at which the file was first found.
    package var path: String
    /// The path at which the file was last seen, and the same path without symbolic links.
    package var seenPath: String
    package var realPath: String
    /// The modification time when the last new records were read, or `nil` if unknown.
    package var modifiedAt: Instant?
    package var seenAt: Instant
    package var identity: Identity?
    package var head: Head
    package var position: Position
    /// The bytes just before the position, or `nil` if they are not known.
    package var tail: Tail?
    /// The hash of a compressed file's stored form, once it was completely read.
    package var packed: ContentHash?
    /// The end that the last run found without a line end, or `nil`. The file may have grown since.
    package var rest: Rest?

    /// Whether a run has reported that its rest is lost.
    package var isReported: Bool

    /// Changes with every move of the position.
    var version: [Int64] { [id, position.offset] }
}

/// A source file as it was just found.
package struct SourceFile {
    package var path: String
    /// The same path without symbolic links.
    package var realPath: String
    package var identity: FileCheckpoint.Identity
    package var modifiedAt: Instant

    package init(
        path: String, realPath: String, identity: FileCheckpoint.Identity, modifiedAt: Instant
    ) {
        self.path = path
        self.realPath = realPath
        self.identity = identity
        self.modifiedAt = modifiedAt
    }
}

/// A line of a source file that was rejected.
package struct RejectedLine {
    package var path: String
    package var line: Int
    package var reason: String
    /// The unchanged bytes of the line.
    package var record: [UInt8]

    package init(path: String, line: Int, reason: String, record: [UInt8]) {
        self.path = path
        self.line = line
        self.reason = reason
        self.record = record
    }
}

/// A running 64-bit FNV-1a hash (RFC 9923).
///
/// It distinguishes files that were not made equal on purpose, and stores nothing of their content.
package struct ContentHash: Hashable, Sendable {
    package private(set) var value: UInt64

    package init() {
        value = 0xCBF2_9CE4_8422_2325
    }

    package init(of bytes: [UInt8]) {
        self.init(of: bytes[...])
    }

    package init(of bytes: ArraySlice<UInt8>) {
        self.init()
        bytes.withUnsafeBytes { add($0) }
    }

    /// Continues from a stored value.
    package init(stored: Int64) {
        value = UInt64(bitPattern: stored)
    }

    package var stored: Int64 { Int64(bitPattern: value) }

    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { add(byte) }
    }

    private mutating func add(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
}
