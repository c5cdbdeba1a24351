package import CivilTime
import SQL
package import StorageErrors

/// The store of the positions in source files and of the rejected lines.
///
/// Guarantees:
/// - A position moves only from where its reader found it. If another run moved it first,
///   ``move(_:to:head:tail:modifiedAt:now:)`` returns false and changes nothing. Called within
///   ``AttemptLog/write(at:clock:_:)``, the position is committed together with the attempts before it.
///   Each line of a file is therefore recorded once, even if runs overlap or are killed.
/// - A file is identified by device and inode as long as its first bytes are the same, and otherwise
///   by its content up to a position.
/// - A rejected line is saved once, up to a thousand lines per path.
///
/// The store uses the connection of its log, on the same thread. Each function is a transaction of
/// its own, or part of the open one.
package struct CheckpointStore {
    let database: Database

    /// Opens the store in the database of a log, and creates or migrates its tables.
    package init(in log: AttemptLog) throws(StorageError) {
        database = log.database
        try database.migrate(Self.schema)
    }

    private static let schema = Schema(
        owner: "sources",
        steps: [
            """
            CREATE TABLE source_files(
                id INTEGER PRIMARY KEY,
                path TEXT NOT NULL,
                device INTEGER, -- NULL once the file was emptied or replaced
                inode INTEGER,
                head_size INTEGER NOT NULL,
                head_hash INTEGER NOT NULL,
                offset INTEGER NOT NULL,
                lines INTEGER NOT NULL,
                hash INTEGER NOT NULL, -- of the bytes before the offset
                header BLOB,
                packed INTEGER, -- hash of a gzip file that was read to its end
                seen_at INTEGER NOT NULL
            ) STRICT;
            CREATE UNIQUE INDEX source_files_by_inode ON source_files(device, inode);
            CREATE TABLE source_rejects(
                id INTEGER PRIMARY KEY,
                path TEXT NOT NULL,
                line INTEGER NOT NULL,
                reason TEXT NOT NULL,
                record BLOB NOT NULL,
                found_at INTEGER NOT NULL
            ) STRICT;
            """,
            """
            ALTER TABLE source_rejects ADD COLUMN place INTEGER; -- hash of all up to its end
            CREATE INDEX source_rejects_by_place ON source_rejects(place);
            """,
            """
            ALTER TABLE source_files ADD COLUMN seen_path TEXT; -- where it was seen last
            ALTER TABLE source_files ADD COLUMN real_path TEXT; -- the same without links
            ALTER TABLE source_files ADD COLUMN modified_at INTEGER;
            -- 0 while its rest has to be found when it is no longer where it was
            ALTER TABLE source_files ADD COLUMN settled INTEGER NOT NULL DEFAULT 1;
            """,
            """
            -- the file that was last found without a line end at its end
            ALTER TABLE source_files ADD COLUMN rest_size INTEGER;
            ALTER TABLE source_files ADD COLUMN rest_modified_at INTEGER;
            ALTER TABLE source_files ADD COLUMN rest_seen_at INTEGER; -- NULL once it was reported
            ALTER TABLE source_files ADD COLUMN rest_rotated INTEGER NOT NULL DEFAULT 0;
            """,
            """
            -- why the last run could not read a file or pattern
            CREATE TABLE source_problems(
                path TEXT PRIMARY KEY,
                problem TEXT NOT NULL,
                since INTEGER NOT NULL, -- the first of the runs that could not read it
                waits INTEGER NOT NULL -- 1 if it becomes a problem only with the next run
            ) STRICT, WITHOUT ROWID;
            """,
            """
            -- the bytes just before the offset of a plain file; NULL in older rows
            ALTER TABLE source_files ADD COLUMN tail_size INTEGER;
            ALTER TABLE source_files ADD COLUMN tail_hash INTEGER;
            """,
            """
            -- 1 once a run has reported that its rest is lost
            ALTER TABLE source_files ADD COLUMN reported INTEGER NOT NULL DEFAULT 0;
            -- how long the files of rejected lines are without what a killed run has written
            CREATE TABLE saved_files(
                path TEXT PRIMARY KEY,
                size INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            -- earlier versions may have written to any file
            INSERT INTO saved_files SELECT '', 0 WHERE EXISTS(SELECT 1 FROM source_rejects);
            """,
        ])

    /// Returns the file with an identity, or `nil` if it is unknown.
    package func file(
        _ identity: FileCheckpoint.Identity
    ) throws(StorageError) -> FileCheckpoint? {
        try database.row(
            "SELECT \(FileCheckpoint.columns) FROM source_files WHERE device = ? AND inode = ?",
            [.integer(identity.device), .integer(identity.inode)]
        ) { FileCheckpoint(row: $0) }
    }

    /// Returns whether a file was read at a path.
    package func hasSeen(_ path: String) throws(StorageError) -> Bool {
        try database.integer(
            "SELECT EXISTS(SELECT 1 FROM source_files WHERE ?1 IN (path, seen_path))",
            [.text(path)]) != 0
    }

    /// Returns the files that start with the same bytes, furthest position first. A file that was
    /// empty is not one of them.
    package func filesThatStartLike(_ start: [UInt8]) throws(StorageError) -> [FileCheckpoint] {
        try database.rows(
            """
            SELECT \(FileCheckpoint.columns) FROM source_files
            WHERE head_size BETWEEN 1 AND ? ORDER BY offset DESC
            """, [.integer(Int64(start.count))]
        ) { FileCheckpoint(row: $0) }.filter { $0.head.starts(start) }
    }

    /// Returns the header rows of CSV files with the paths of the files, most recent file first.
    package func headers() throws(StorageError) -> [(path: String, header: [UInt8])] {
        try database.rows(
            "SELECT path, header FROM source_files WHERE header IS NOT NULL ORDER BY id DESC", []
        ) { (path: $0.text(0), header: $0.blob(1)) }
    }

    /// Adds a new file. An earlier file with the same inode loses its identity.
    ///
    /// - Parameters:
    ///   - known: The result of ``file(_:)`` for its identity.
    ///   - former: Known files whose records are all in this file.
    /// - Returns: `nil`, without a change, if another run changed what was known.
    package func add(
        _ file: SourceFile, _ head: FileCheckpoint.Head, at position: FileCheckpoint.Position,
        after known: FileCheckpoint?, insteadOf former: [FileCheckpoint], now: Instant
    ) throws(StorageError) -> FileCheckpoint? {
        try database.transaction { () throws(StorageError) -> FileCheckpoint? in
            guard try self.file(file.identity)?.version == known?.version else { return nil }
            for file in former { try settle(file) }
            try insert(file, head, at: position, now: now)
            return try self.file(file.identity)
        }
    }

    private func insert(
        _ file: SourceFile, _ head: FileCheckpoint.Head, at position: FileCheckpoint.Position,
        now: Instant
    ) throws(StorageError) {
        let identity = file.identity
        try database.execute(
            "UPDATE source_files SET device = NULL, inode = NULL WHERE device = ? AND inode = ?",
            [.integer(identity.device), .integer(identity.inode)])
        try database.execute(
            """
            INSERT INTO source_files(path, device, inode, head_size, head_hash, offset, lines,
                hash, header, seen_at, seen_path, real_path, modified_at, settled)
            VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?1, ?11, ?12, 0)
            """,
            [
                .text(file.path), .integer(identity.device), .integer(identity.inode),
                Value(head.size), .integer(head.hash.stored), .integer(position.offset),
                Value(position.lines), .integer(position.hash.stored),
                position.header.map { .blob($0) } ?? .null, .integer(now.milliseconds),
                .text(file.realPath), .integer(file.modifiedAt.milliseconds),
            ])
    }

    /// Moves a position. Returns false, without a change, if another run moved it first.
    package func move(
        _ file: FileCheckpoint, to position: FileCheckpoint.Position, head: FileCheckpoint.Head,
        tail: FileCheckpoint.Tail?, modifiedAt: Instant, now: Instant
    ) throws(StorageError) -> Bool {
        try database.change(
            """
            UPDATE source_files SET offset = ?, lines = ?, hash = ?, header = ?,
                head_size = ?, head_hash = ?, seen_at = ?, modified_at = ?, tail_size = ?,
                tail_hash = ?, settled = 0
            WHERE id = ? AND offset = ? AND device IS NOT NULL
            """,
            [
                .integer(position.offset), Value(position.lines),
                .integer(position.hash.stored), position.header.map { .blob($0) } ?? .null,
                Value(head.size), .integer(head.hash.stored), .integer(now.milliseconds),
                .integer(modifiedAt.milliseconds), Value(tail?.size),
                tail.map { .integer($0.hash.stored) } ?? .null, .integer(file.id),
                .integer(file.position.offset),
            ]) == 1
    }
}

extension FileCheckpoint {
    /// The columns that ``init(row:)`` reads.
    static let columns =
        """
        id, device, inode, head_size, head_hash, offset, lines, hash, header, packed, path,
            ifnull(seen_path, path), ifnull(real_path, path), modified_at, seen_at,
            rest_size, rest_modified_at, rest_seen_at, rest_rotated, tail_size, tail_hash,
            reported
        """

    init(row: borrowing Statement) {
        id = row.integer(0)
        if let device = row.optionalInteger(1), let inode = row.optionalInteger(2) {
            identity = Identity(device: device, inode: inode)
        }
        head = Head(
            size: row.int(3, in: 0...Int64(Head.limit)), hash: ContentHash(stored: row.integer(4)))
        position = Position(
            offset: row.integer(5), lines: row.int(6), hash: ContentHash(stored: row.integer(7)),
            header: row.isNull(8) ? nil : row.blob(8))
        packed = row.optionalInteger(9).map { ContentHash(stored: $0) }
        path = row.text(10)
        seenPath = row.text(11)
        realPath = row.text(12)
        modifiedAt = row.optionalInteger(13).map { Instant(milliseconds: $0) }
        seenAt = Instant(milliseconds: row.integer(14))
        if let size = row.optionalInteger(15), let modified = row.optionalInteger(16) {
            rest = Rest(
                size: size, modifiedAt: Instant(milliseconds: modified),
                seenAt: row.optionalInteger(17).map { Instant(milliseconds: $0) },
                isRotated: row.integer(18) != 0)
        }
        isReported = row.integer(21) != 0
        if let hash = row.optionalInteger(20) {
            tail = Tail(
                size: row.int(19, in: 0...Int64(Tail.limit)), hash: ContentHash(stored: hash))
        }
    }
}
