package import CivilTime
import SQL
package import StorageErrors

extension CheckpointStore {
    /// Marks a compressed file as completely read, as long as its stored form has this hash.
    package func finish(_ file: FileCheckpoint, packed: ContentHash) throws(StorageError) {
        try database.execute(
            "UPDATE source_files SET packed = ? WHERE id = ?",
            [.integer(packed.stored), .integer(file.id)])
    }

    /// Records a rejected line, up to a thousand per path. Returns false if it was recorded before.
    ///
    /// - Parameter place: The hash of all content up to the end of the line. It identifies the line
    ///   in a copy or a compressed file that another run is reading at the same time.
    package func keep(
        _ reject: RejectedLine, at place: ContentHash, now: Instant
    ) throws(StorageError) -> Bool {
        let isKept = try database.integer(
            "SELECT EXISTS(SELECT 1 FROM source_rejects WHERE place = ?)",
            [.integer(place.stored)])
        guard isKept == 0 else { return false }
        try database.execute(
            """
            INSERT INTO source_rejects(path, line, reason, record, found_at, place)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6
            WHERE (SELECT count(*) FROM source_rejects WHERE path = ?1) < 1000
            """,
            [
                .text(reject.path), Value(reject.line), .text(reject.reason),
                .blob(reject.record), .integer(now.milliseconds), .integer(place.stored),
            ])
        return true
    }

    /// Records, once a day, that a file still exists.
    ///
    /// A time in the future comes from a wrong clock and is replaced.
    package func touch(_ file: FileCheckpoint, now: Instant) throws(StorageError) {
        try database.execute(
            """
            UPDATE source_files SET seen_at = ?1 WHERE id = ?2
                AND abs(seen_at - ?1) > \(Self.day)
            """, [.integer(now.milliseconds), .integer(file.id)])
    }

    /// Records the current location of a file.
    package func note(
        _ file: FileCheckpoint, at path: String, realPath: String
    ) throws(StorageError) {
        try database.execute(
            "UPDATE source_files SET seen_path = ?, real_path = ? WHERE id = ?",
            [.text(path), .text(realPath), .integer(file.id)])
    }

    /// Records how a file ends whose last line has no line end.
    package func note(
        _ rest: FileCheckpoint.Rest, of file: FileCheckpoint
    ) throws(StorageError) {
        try database.execute(
            """
            UPDATE source_files SET rest_size = ?, rest_modified_at = ?, rest_seen_at = ?,
                rest_rotated = ?
            WHERE id = ? AND offset = ?
            """,
            [
                .integer(rest.size), .integer(rest.modifiedAt.milliseconds),
                rest.seenAt.map { .integer($0.milliseconds) } ?? .null,
                .integer(rest.isRotated ? 1 : 0), .integer(file.id), .integer(file.position.offset),
            ])
    }

    /// Records that the file has no unread rest to search for.
    package func settle(_ file: FileCheckpoint) throws(StorageError) {
        try database.execute(
            "UPDATE source_files SET settled = 1 WHERE id = ?", [.integer(file.id)])
    }

    /// Records that the rest of the file is lost, or that it was found after all.
    package func setReported(
        _ isReported: Bool, _ file: FileCheckpoint
    ) throws(StorageError) {
        try database.execute(
            "UPDATE source_files SET reported = ? WHERE id = ?",
            [.integer(isReported ? 1 : 0), .integer(file.id)])
    }

    /// Runs `body` while no other run writes.
    package func exclusively(
        _ body: () throws(StorageError) -> Void
    ) throws(StorageError) {
        try database.transaction(.write, body)
    }

    /// Returns the size of a file of rejected lines after the last transaction, or `nil` if it is not
    /// known.
    package func savedSize(of path: String) throws(StorageError) -> Int64? {
        let sql = "SELECT size FROM saved_files WHERE path = ?"
        if let size = try database.row(sql, [.text(path)], { $0.integer(0) }) { return size }
        return try database.row(sql, [.text("")]) { $0.integer(0) } == nil ? 0 : nil
    }

    /// Records the size of a file of rejected lines, in the transaction that rejects them.
    package func noteSaved(_ size: Int64, at path: String) throws(StorageError) {
        try database.execute(
            "INSERT OR REPLACE INTO saved_files VALUES(?, ?)", [.text(path), .integer(size)])
    }

    /// Returns the files whose rest must be searched for if they are not in their last location.
    package func unsettledFiles() throws(StorageError) -> [FileCheckpoint] {
        try database.rows(
            "SELECT \(FileCheckpoint.columns) FROM source_files WHERE settled = 0 ORDER BY id"
        ) { FileCheckpoint(row: $0) }
    }

    /// Returns whether the file has no unread rest to search for.
    package func isSettled(_ file: FileCheckpoint) throws(StorageError) -> Bool {
        try database.integer(
            "SELECT settled FROM source_files WHERE id = ?", [.integer(file.id)]) != 0
    }

    /// Deletes files that were not seen for 90 days, and rejects of that age.
    package func forgetOld(now: Instant) throws(StorageError) {
        let limit = Value.integer(now.milliseconds - 90 * Self.day)
        try database.execute("DELETE FROM source_files WHERE seen_at < ?", [limit])
        try database.execute("DELETE FROM source_rejects WHERE found_at < ?", [limit])
    }

    private static let day: Int64 = 24 * 60 * 60 * 1000
}
