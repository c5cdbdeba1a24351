import CivilTime
import DeliveryLog
import SQL
import StorageErrors

/// Upgrades a log of version 1.0, whose counts have profiles but no origins, and which has no marks
/// for the quarter hours of endpoints.
///
/// It runs once. Counts of pruned attempts remain without an origin. Damaged counts remain
/// unchanged: `verify` lists them, and a file with damaged counts must still open.
struct EndpointBuild {
    private let database: Database
    /// The number of marks or changes that are held in memory before they are written.
    private static let chunk = 200_000

    init(_ database: Database) {
        self.database = database
    }

    func runIfPending() throws(StorageError) {
        guard try isPending() else { return }
        try database.transaction { () throws(StorageError) in
            // Another process may have done it in the meantime.
            guard try isPending() else { return }
            try countOrigins()
            try markAll()
            try database.execute("DELETE FROM pending_builds WHERE name = 'endpoints'")
        }
    }

    /// Marks the quarter hours of all attempts. Must be called within a transaction.
    func markAll() throws(StorageError) {
        try markCounts()
        try markSuperseded()
    }

    private func isPending() throws(StorageError) -> Bool {
        try database.integer("SELECT count(*) FROM pending_builds WHERE name = 'endpoints'") > 0
    }

    /// Counts callbacks without a profile by their origin.
    private func countOrigins() throws(StorageError) {
        let origins = "routes.profile = 0 AND routes.origin > 0"
        guard try database.integer("SELECT count(*) FROM routes WHERE \(origins)") > 0 else {
            return
        }
        let callbacks = try database.prepare(
            "\(StoredAttempt.query) WHERE standing <> 1 AND \(origins) ORDER BY place")
        var changes = CountChanges()
        var pending = 0
        while try callbacks.step() {
            let callback = StoredAttempt(row: callbacks)
            var former = callback
            former.route.endpoint = EndpointNumber.unknown
            changes.add(-1, former)
            changes.add(1, callback)
            pending += 2
            if pending >= Self.chunk {
                try write(&changes)
                pending = 0
            }
        }
        try write(&changes)
    }

    private func write(_ changes: inout CountChanges) throws(StorageError) {
        // All counts are marked afterwards.
        var activity = EndpointActivity()
        try changes.write(to: database, skippingDamage: true, noting: &activity)
        changes = CountChanges()
    }

    /// Marks the quarter hours of latest attempts.
    private func markCounts() throws(StorageError) {
        var activity = EndpointActivity()
        let buckets = try database.prepare(
            "SELECT company, start, cells FROM counts WHERE level = 0 ORDER BY company, start")
        while try buckets.step() {
            let start = buckets.instant(1)
            guard let cells = buckets.withBlob(2, { CountCells(encoded: $0) }) else { continue }
            activity.note(cells, company: buckets.integer(0), Quarter(of: start))
            if activity.count >= Self.chunk { try activity.write(to: database) }
        }
        try activity.write(to: database)
    }

    /// Marks the quarter hours of superseded attempts.
    private func markSuperseded() throws(StorageError) {
        var activity = EndpointActivity()
        let attempts = try database.prepare(
            """
            SELECT attempts.company, endpoint, finished_at, outcome
            FROM attempts INDEXED BY attempts_superseded
            JOIN routes ON routes.id = attempts.route WHERE standing = 1
            """)
        while try attempts.step() {
            activity.note(
                company: attempts.integer(0), endpoint: attempts.integer(1),
                Quarter(of: attempts.instant(2)),
                isDelivered: attempts.int(3) == Outcome.delivered.rawValue)
            if activity.count >= Self.chunk { try activity.write(to: database) }
        }
        try activity.write(to: database)
    }
}
