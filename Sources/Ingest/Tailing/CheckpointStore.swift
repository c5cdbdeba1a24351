import CivilTime
import SQLite
import StorageErrors

/// The tables with the positions in source files and the rejected lines.
struct CheckpointStore {
    let database: Database

    init(_ database: Database) throws(StorageError) {
        self.database = database
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
        ])

    func file(_ identity: FileCheckpoint.Identity) throws(StorageError) -> FileCheckpoint? {
        try database.row(
            "SELECT \(FileCheckpoint.columns) FROM source_files WHERE device = ? AND inode = ?",
            [.integer(identity.device), .integer(identity.inode)]
        ) { FileCheckpoint(row: $0) }
    }

    /// Returns the files that start with the same bytes, furthest position first.
    func filesThatStartLike(_ start: [UInt8]) throws(StorageError) -> [FileCheckpoint] {
        try database.rows(
            """
            SELECT \(FileCheckpoint.columns) FROM source_files
            WHERE head_size <= ? ORDER BY offset DESC
            """, [.integer(Int64(start.count))]
        ) { FileCheckpoint(row: $0) }.filter { $0.head.starts(start) }
    }

    /// Returns the header row of the most recent CSV file at a path, or else in its rotation.
    func header(at path: String) throws(StorageError) -> [UInt8]? {
        let rows = try database.rows(
            "SELECT path, header FROM source_files WHERE header IS NOT NULL ORDER BY id DESC", []
        ) { (path: $0.text(0), header: $0.blob(1)) }
        let original = LogName.original(of: path)
        let found =
            rows.first { $0.path == path }
            ?? rows.first { LogName.original(of: $0.path) == original }
        return found?.header
    }

    /// Adds a new file. An earlier file with the same inode loses its identity.
    ///
    /// - Parameter former: Known files whose records are all in this file.
    func add(
        _ file: InputFile, _ head: FileCheckpoint.Head, at position: FileCheckpoint.Position,
        insteadOf former: [FileCheckpoint], now: Instant
    ) throws(StorageError) -> FileCheckpoint? {
        let identity = file.identity
        for file in former { try settle(file) }
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
                Value(head.size), .integer(head.hash.stored), .integer(position.place.offset),
                Value(position.place.lines), .integer(position.hash.stored),
                position.header.map { .blob($0) } ?? .null, .integer(now.milliseconds),
                .text(file.realPath), .integer(file.modifiedAt.milliseconds),
            ])
        return try self.file(identity)
    }

    /// Moves a position. Returns false, without a change, if another run moved it first.
    func move(
        _ file: FileCheckpoint, to position: FileCheckpoint.Position, head: FileCheckpoint.Head,
        modifiedAt: Instant, now: Instant
    ) throws(StorageError) -> Bool {
        try database.execute(
            """
            UPDATE source_files SET offset = ?, lines = ?, hash = ?, header = ?,
                head_size = ?, head_hash = ?, seen_at = ?, modified_at = ?, settled = 0
            WHERE id = ? AND offset = ? AND device IS NOT NULL
            """,
            [
                .integer(position.place.offset), Value(position.place.lines),
                .integer(position.hash.stored), position.header.map { .blob($0) } ?? .null,
                Value(head.size), .integer(head.hash.stored), .integer(now.milliseconds),
                .integer(modifiedAt.milliseconds),
                .integer(file.id), .integer(file.position.place.offset),
            ])
        return database.changes == 1
    }
}
