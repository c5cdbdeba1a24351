import CivilTime
import DeliveryLog
import SQL
import StorageErrors

/// Deletes unused routes, labels and profiles.
///
/// Counts are kept forever, with the names that they refer to: channels, profiles, and the origins
/// of callbacks without a profile. Only attempts refer to the other names, such as events and
/// methods. These are deleted when the last of their attempts has been pruned.
struct DimensionPruning {
    private let database: Database

    init(_ database: Database) {
        self.database = database
    }

    /// The number of rows per transaction, which is short enough for other writers.
    private static let size = 1000

    /// Deletes everything that is unused after the attempts before a limit were pruned, in small
    /// transactions.
    ///
    /// - Parameter limit: The start of a UTC day.
    func run(before limit: Instant) throws(StorageError) {
        let values: [Value] = [
            .integer(BucketSize.day.number(of: limit)), .integer(AttemptRowID.first(at: limit)),
        ]
        try deleteAll(Self.unusedRoutes, values)
        try deleteAll(Self.unusedLabels, [])
        try deleteAll(Self.unusedProfiles, [])
    }

    private func deleteAll(_ sql: String, _ values: [Value]) throws(StorageError) {
        while try delete(sql, values) { database.yieldWriteLock(.long) }
    }

    /// Deletes some rows. Returns false if none were left.
    private func delete(_ sql: String, _ values: [Value]) throws(StorageError) -> Bool {
        try database.transaction { () throws(StorageError) in
            guard try database.change(sql, values) > 0 else { return false }
            // Changes the schema, so that every program drops its cached route numbers; see
            // DimensionCache.
            try database.executeAll(
                "CREATE VIEW deleted_routes AS SELECT 1; DROP VIEW deleted_routes")
            return true
        }
    }

    /// Routes whose attempts all finished before the limit and were all deleted.
    private static let unusedRoutes =
        """
        DELETE FROM routes WHERE id IN (
            SELECT id FROM routes WHERE last_day < ?1
                AND id NOT IN (SELECT route FROM attempts WHERE place < ?2)
            LIMIT \(size))
        """

    private static let unusedLabels =
        """
        DELETE FROM labels WHERE id IN (
            SELECT id FROM labels WHERE is_counted = 0 AND id NOT IN (
                SELECT channel FROM routes UNION SELECT event FROM routes
                UNION SELECT method FROM routes UNION SELECT origin FROM routes)
            LIMIT \(size))
        """

    /// Profiles without attempts and without a title, such as those of rejected records.
    private static let unusedProfiles =
        """
        DELETE FROM profiles WHERE id IN (
            SELECT id FROM profiles
            WHERE title IS NULL AND disabled_at IS NULL
                AND id NOT IN (SELECT profile FROM routes)
                AND NOT EXISTS(
                    SELECT 1 FROM endpoint_days
                    WHERE company = profiles.company AND endpoint = profiles.id)
            LIMIT \(size))
        """
}

/// Checks callbacks with several attempts.
struct SupersessionCheck {
    let database: Database

    /// Returns whether exactly the attempt with the highest rank is marked as the latest of each
    /// callback.
    func isGood() throws(StorageError) -> Bool {
        let attempts = try database.prepare(
            """
            SELECT company, callback_id, standing FROM attempts INDEXED BY attempts_by_callback
            WHERE standing > 0 ORDER BY company, callback_id, attempt, finished_at
            """)
        var last: (company: Int64, id: String, standing: Int)?
        var isGood = true
        while try attempts.step() {
            let this = (attempts.integer(0), attempts.text(1), attempts.int(2))
            let goesOn = last.map { ($0.company, $0.id) == (this.0, this.1) } ?? false
            // An attempt is superseded if and only if the next one belongs to the same callback.
            // The latest attempt of a callback follows another one.
            if let last, goesOn != (last.standing == Supersession.superseded.rawValue) {
                isGood = false
            }
            if !goesOn, this.2 == Supersession.latest.rawValue { isGood = false }
            last = this
        }
        return isGood && last.map { $0.standing == Supersession.latest.rawValue } ?? true
    }
}
