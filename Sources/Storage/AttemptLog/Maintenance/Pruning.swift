import CivilTime
import DeliveryLog
import SQL
import StorageErrors

/// Deletes the callbacks in a range of the table of attempts, step by step.
struct Pruning: ~Copyable {
    private(set) var pruned = Pruned()
    /// The row ID at which the next step starts.
    private var place: Int64
    private let end: Int64
    private let database: Database
    private let hasher: CallbackHasher
    /// The checksums of the rows that were deleted in the open transaction.
    private var checksums = AttemptChecksums()
    /// A condition on `attempts` that is true for the latest attempts of callbacks to delete.
    private let isOver: String

    init(_ database: Database, from place: Int64, to end: Int64) throws(StorageError) {
        let hasher = try CallbackHasher(database)
        let isHeld = try UnprunableCallbacks.condition(in: database)
        // A noncopyable value must be initialized completely or not at all.
        self.database = database
        self.hasher = hasher
        self.place = place
        self.end = end
        isOver = "outcome <> \(Outcome.retrying.rawValue) AND NOT \(isHeld)"
    }

    /// The number of attempts per step.
    private static let size = 2000

    /// Processes some attempts. Returns false if none were left.
    mutating func step() throws(StorageError) -> Bool {
        let last =
            try database.row(
                """
                SELECT max(place), count(*) FROM (
                    SELECT place FROM attempts WHERE place >= ? AND place < ? ORDER BY place LIMIT ?)
                """, [.integer(place), .integer(end), Value(Self.size)]
            ) { $0.optionalInteger(0) } ?? nil
        guard let last else { return false }
        let span: [Value] = [.integer(place), .integer(last)]
        for callback in try callbacks(in: span) { try drop(callback) }
        try delete("place BETWEEN ? AND ? AND standing = 0 AND \(isOver)", span)
        try checksums.write(to: database)
        try database.execute(
            "DELETE FROM attempt_checksums WHERE checksum = 0 AND quarter BETWEEN ? AND ?",
            [place, last].map { .integer(AttemptRowID.quarterNumber(of: $0)) })
        pruned.kept += Int(
            try database.integer(
                "SELECT count(*) FROM attempts WHERE place BETWEEN ? AND ? AND standing <> 1", span)
        )
        place = last + 1
        return true
    }

    private struct Callback {
        var company: Int64
        var id: String
    }

    /// Returns the callbacks with several attempts whose latest one is in a span.
    private func callbacks(in span: [Value]) throws(StorageError) -> [Callback] {
        try database.rows(
            """
            SELECT company, callback_id FROM attempts
            WHERE place BETWEEN ? AND ? AND standing = 2 AND \(isOver)
            """, span
        ) { Callback(company: $0.integer(0), id: $0.text(1)) }
    }

    /// Deletes all attempts at a callback. That includes attempts that finished after the limit but
    /// are not the latest, because their number is lower.
    private mutating func drop(_ callback: Callback) throws(StorageError) {
        let values: [Value] = [.integer(callback.company), .text(callback.id)]
        let later = try database.rows(
            """
            SELECT place FROM attempts
            WHERE company = ? AND callback_id = ? AND standing > 0 AND place >= ?
            """, values + [.integer(end)]
        ) { $0.integer(0) }
        let hash = hasher.hash(of: callback.id, company: callback.company)
        for place in later {
            try CallbackIndex(database: database).remove(IndexEntry(hash: hash, place: place))
        }
        try delete("company = ? AND callback_id = ? AND standing > 0", values)
    }

    /// Deletes the attempts for which a condition holds, and removes them from the checksums.
    private mutating func delete(
        _ condition: String, _ values: [Value]
    ) throws(StorageError) {
        let deleted = try database.prepare(
            """
            DELETE FROM attempts WHERE \(condition)
            RETURNING \(AttemptChecksums.columns)
            """)
        deleted.bind(values)
        while try deleted.step() {
            checksums.toggle(row: deleted)
            pruned.attempts += 1
        }
    }
}

/// The callbacks that are still in the gateway's queue, so that further attempts may follow.
///
/// If its attempts were deleted, a callback would count again with its next attempt. Pruning
/// therefore keeps them. The queue deletes a finished callback after the retention time; after
/// that, its attempts can be deleted as well.
enum UnprunableCallbacks {
    /// Returns a condition on `attempts` that is true if the queue contains the callback.
    ///
    /// A file without a gateway has no queue. Its table belongs to another module, which this one
    /// does not import, and only its key is read here.
    static func condition(in database: Database) throws(StorageError) -> String {
        let queues = try database.integer(
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'callbacks'")
        guard queues > 0 else { return "FALSE" }
        return """
            EXISTS(
                SELECT 1 FROM callbacks AS held
                WHERE held.company = (SELECT sid FROM companies WHERE id = attempts.company)
                    AND held.callback_id = attempts.callback_id)
            """
    }
}
