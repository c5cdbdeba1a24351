package import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors

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
package struct HiddenAttempts: Hashable, Sendable {
    package private(set) var count = 0
    package private(set) var first: HiddenAttempt?

    package init() {}

    mutating func add(_ attempt: HiddenAttempt) {
        count += 1
        first = first ?? attempt
    }

    package static func += (left: inout HiddenAttempts, right: HiddenAttempts) {
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
    package func sharedCallbacks(
        company sid: String, in period: Period
    ) throws(StorageError) -> SharedCallbacks {
        guard let company = try id(ofCompany: sid) else { return SharedCallbacks() }
        return try sharedCallbacks(
            "company = ? AND finished_at >= ? AND finished_at < ?",
            [
                .integer(company), .integer(period.start.milliseconds),
                .integer(period.end.milliseconds),
            ])
    }

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
        _ hidden: HiddenAttempts
    ) throws(StorageError) -> SharedCallbacks {
        guard let first = hidden.first else { return SharedCallbacks() }
        return SharedCallbacks(
            hidden: hidden.count,
            example: try example(
                first.company, first.callbackID, [first.endpoint, first.other]))
    }
}
