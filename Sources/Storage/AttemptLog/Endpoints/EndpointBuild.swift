package import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors

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

/// The number of an endpoint in the tables.
///
/// For a profile it is the row ID in `profiles`. For an origin it is the row ID in `labels`, offset
/// beyond all profiles. 0 means neither. The column `routes.endpoint` computes the same number in
/// SQL.
enum EndpointNumber {
    static let unknown: Int64 = 0
    private static let firstOrigin: Int64 = 1 << 40

    /// - Parameters:
    ///   - profile: The row ID of the profile, or 0 for none.
    ///   - origin: The label of the origin, or 0 for none.
    static func of(profile: Int64, origin: Int64) -> Int64 {
        if profile > 0 { return profile }
        return origin > 0 ? origin + firstOrigin : unknown
    }

    /// Returns the label of an origin's number, or `nil` for any other number.
    static func origin(of number: Int64) -> Int64? {
        number > firstOrigin ? number - firstOrigin : nil
    }
}

/// An attempt that a later attempt at another endpoint hides.
package struct HiddenAttempt: Hashable, Sendable {
    let company: Int64
    let finishedAt: Instant
    let callbackID: String
    /// The numbers of both endpoints, in ascending order.
    let endpoint: Int64
    let other: Int64

    /// Returns `nil` unless both attempts of the callback ID ended at different endpoints.
    ///
    /// A profile and an origin are not treated as different, because they may be the same endpoint.
    init?(_ one: StoredAttempt, _ other: StoredAttempt) {
        let (first, second) = (one.route.endpoint, other.route.endpoint)
        guard first != second, first > 0, second > 0, one.outcome != .retrying,
            other.outcome != .retrying,
            (EndpointNumber.origin(of: first) == nil) == (EndpointNumber.origin(of: second) == nil)
        else { return nil }
        company = one.route.company
        callbackID = one.callbackID
        finishedAt = (one.rank < other.rank ? one : other).finishedAt
        (endpoint, self.other) = (min(first, second), max(first, second))
    }
}

/// The hidden attempts that a writer found and that were not known before.
package struct UncountedAttempts: Hashable, Sendable {
    package private(set) var count = 0
    package private(set) var first: HiddenAttempt?

    package init() {}

    mutating func add(_ attempt: HiddenAttempt) {
        count += 1
        first = first ?? attempt
    }

    package static func += (left: inout UncountedAttempts, right: UncountedAttempts) {
        left.count += right.count
        left.first = left.first ?? right.first
    }
}

/// Stores hidden attempts, one row each. A log with correct IDs has none.
struct SharedCallbackStore {
    private let database: Database

    init(_ database: Database) {
        self.database = database
    }

    /// Stores an attempt. Returns false if it was stored before.
    func add(_ attempt: HiddenAttempt) throws(StorageError) -> Bool {
        let key: [Value] = [
            .integer(attempt.company), .integer(attempt.finishedAt.milliseconds),
            .text(attempt.callbackID),
        ]
        let endpoints: [Value] = [
            .integer(attempt.endpoint), .integer(attempt.other),
        ]
        let added = try database.change(
            "INSERT OR IGNORE INTO shared_callbacks VALUES(?, ?, ?, ?, ?)", key + endpoints)
        if added == 1 { return true }
        // Of three endpoints two are stored, independent of the order of records.
        try database.execute(
            """
            UPDATE shared_callbacks SET endpoint = min(endpoint, ?4), other = max(other, ?5)
            WHERE company = ?1 AND finished_at = ?2 AND callback_id = ?3
            """, key + endpoints)
        return false
    }

    /// Deletes some attempts that finished before an instant. Returns false if none are left.
    func drop(before limit: Instant) throws(StorageError) -> Bool {
        try database.change(
            """
            DELETE FROM shared_callbacks WHERE (company, finished_at, callback_id) IN (
                SELECT shared.company, finished_at, callback_id
                FROM companies JOIN shared_callbacks AS shared ON shared.company = companies.id
                WHERE finished_at < ? LIMIT 2000)
            """, [.integer(limit.milliseconds)]) > 0
    }
}

extension AttemptLog {
    /// Returns the hidden attempts of a company that finished in a period.
    ///
    /// - Parameters:
    ///   - sid: The SID of the company.
    ///   - period: The period.
    ///   - time: The time as of which the log is read, or nil to use all attempts.
    package func sharedCallbacks(
        company sid: String, in period: Period, asOf time: Instant? = nil
    ) throws(StorageError) -> SharedCallbacks {
        guard let company = try id(ofCompany: sid) else { return SharedCallbacks() }
        let values: [Value] = [
            .integer(company), .integer(period.start.milliseconds),
            .integer(period.end.milliseconds),
        ]
        let condition = "company = ?1 AND finished_at >= ?2 AND finished_at < ?3"
        guard let time else { return try sharedCallbacks(condition, values) }
        return try sharedCallbacks(
            "\(condition) AND \(Self.wasHidden)", values + [.integer(time.milliseconds)])
    }

    /// A condition on `shared_callbacks`: an attempt before `?4` at another endpoint hides the
    /// attempt. It is also true if the attempts were pruned.
    private static let wasHidden =
        """
        ifnull((
            SELECT max(later.finished_at < ?4 AND old.outcome > 0 AND later.outcome > 0
                AND (later.attempt, later.finished_at) > (old.attempt, old.finished_at)
                AND two.endpoint IN (shared_callbacks.endpoint, shared_callbacks.other)
                AND two.endpoint <> one.endpoint)
            FROM attempts AS old INDEXED BY attempts_by_callback
                JOIN routes AS one ON one.id = old.route
                JOIN attempts AS later INDEXED BY attempts_by_callback
                    ON later.standing > 0 AND later.company = old.company
                    AND later.callback_id = old.callback_id
                JOIN routes AS two ON two.id = later.route
            WHERE old.standing > 0 AND old.company = shared_callbacks.company
                AND old.callback_id = shared_callbacks.callback_id
                AND old.finished_at = shared_callbacks.finished_at), 1)
        """

    /// Returns all hidden attempts.
    package func sharedCallbacks() throws(StorageError) -> SharedCallbacks {
        try sharedCallbacks("true", [])
    }

    private func sharedCallbacks(
        _ condition: String, _ values: [Value]
    ) throws(StorageError) -> SharedCallbacks {
        let sql = "SELECT count(*) FROM shared_callbacks WHERE \(condition)"
        let hidden = Int(try database.integer(sql, values))
        guard hidden > 0 else { return SharedCallbacks() }
        let first = try database.row(
            """
            SELECT company, callback_id, endpoint, other FROM shared_callbacks WHERE \(condition)
            ORDER BY company, finished_at, callback_id LIMIT 1
            """, values
        ) { (company: $0.integer(0), id: $0.text(1), endpoints: [$0.integer(2), $0.integer(3)]) }
        guard let first else { return SharedCallbacks() }
        return SharedCallbacks(
            hidden: hidden,
            example: try example(first.company, first.id, first.endpoints))
    }

    private func example(
        _ company: Int64, _ callbackID: String, _ numbers: [Int64]
    ) throws(StorageError) -> SharedCallbacks.Example {
        let sid = try database.row("SELECT sid FROM companies WHERE id = ?", [.integer(company)]) {
            $0.text(0)
        }
        let names = try names(of: Set(numbers))
        return SharedCallbacks.Example(
            company: sid ?? "", callbackID: callbackID,
            endpoints: numbers.map { names[$0]?.endpoint ?? .unknown })
    }

    /// Returns a readable form of what a writer found.
    package func sharedCallbacks(
        _ hidden: UncountedAttempts
    ) throws(StorageError) -> SharedCallbacks {
        guard let first = hidden.first else { return SharedCallbacks() }
        return SharedCallbacks(
            hidden: hidden.count,
            example: try example(
                first.company, first.callbackID, [first.endpoint, first.other]))
    }
}
