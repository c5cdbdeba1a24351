import CivilTime
import DeliveryLog
import SQL
import StorageErrors

/// Finds the newest attempts of a company that match a filter.
///
/// The table of attempts is ordered by time and contains all companies. The search goes back from
/// one quarter hour with attempts of the company to the previous one. The counts contain the
/// quarter hours of latest attempts, and an index those of superseded attempts. A company with one
/// old attempt therefore costs one lookup, in logs of any size.
struct AttemptSearch {
    private let database: Database
    private let company: Int64
    private let filter: AttemptFilter
    private let conditions: AttemptConditions
    private let counted: CountedQuarters
    /// The number of quarter hours that were read.
    private(set) var lookups = 0

    init(_ database: Database, _ company: Int64, _ filter: AttemptFilter) throws(StorageError) {
        let conditions = AttemptConditions(filter)
        let counted = try CountedQuarters(database, company, filter)
        (self.database, self.company, self.filter) = (database, company, filter)
        (self.conditions, self.counted) = (conditions, counted)
    }

    /// Returns the row IDs of the newest attempts, newest first.
    ///
    /// - Parameters:
    ///   - count: The maximum number of row IDs.
    ///   - offset: The number of attempts to skip.
    mutating func places(_ count: Int, offset: Int) throws(StorageError) -> [Int64] {
        guard counted.canMatch else { return [] }
        var places: [Int64] = []
        var skipped = 0
        var counted = counted
        let statement = try database.prepare(
            """
            SELECT place FROM attempts JOIN routes ON routes.id = attempts.route
            WHERE place >= ? AND place < ? AND attempts.company = ? \(conditions.sql)
            ORDER BY place DESC
            """)
        var end = filter.end.map { Quarter(of: $0.advanced(milliseconds: -1)).next } ?? .afterAll
        let start = filter.start.map(Quarter.init) ?? Quarter(number: 0)
        while places.count < count,
            let quarter = try latest(counted.last(before: end), superseded(before: end)),
            quarter >= start
        {
            lookups += 1
            statement.bind(
                [
                    .integer(AttemptRowID.first(at: quarter.start)),
                    .integer(AttemptRowID.end(at: quarter.start)),
                    .integer(company),
                ] + conditions.values)
            while places.count < count, try statement.step() {
                if skipped < offset { skipped += 1 } else { places.append(statement.integer(0)) }
            }
            statement.reset()
            end = quarter
        }
        return places
    }

    private func latest(_ one: Quarter?, _ other: Quarter?) -> Quarter? {
        guard let one, let other else { return one ?? other }
        return max(one, other)
    }

    /// Returns the last quarter hour before `quarter` in which the company has superseded attempts.
    private func superseded(before quarter: Quarter) throws(StorageError) -> Quarter? {
        let last = try database.row(
            """
            SELECT max(finished_at) FROM attempts INDEXED BY attempts_superseded
            WHERE standing = 1 AND company = ? AND finished_at < ?
            """, [.integer(company), .integer(quarter.start.milliseconds)]
        ) { $0.optionalInstant(0) }
        return last.flatMap { $0 }.map(Quarter.init)
    }
}

/// The conditions of a filter on rows of the table of attempts, without the company.
struct AttemptConditions {
    /// The SQL of the conditions. Starts with AND if there are any.
    let sql: String
    let values: [Value]

    init(_ filter: AttemptFilter) {
        let profile = "profile = (SELECT id FROM profiles WHERE company = routes.company"
        let all: [(sql: String, value: Value)] = [
            ("callback_id = ?", Value(filter.callbackID)),
            ("\(profile) AND profile_id = ?)", Value(filter.profileID)),
            ("channel = (SELECT id FROM labels WHERE text = ?)", Value(filter.channel)),
            ("outcome = ?", Value(filter.outcome?.rawValue)),
            ("reason = ?", Value(filter.reason?.rawValue)),
            ("finished_at >= ?", Value(filter.start?.milliseconds)),
            ("finished_at < ?", Value(filter.end?.milliseconds)),
        ]
        let given = all.filter { $0.value != .null }
        sql = given.map { "AND \($0.sql)" }.joined(separator: " ")
        values = given.map(\.value)
    }
}

/// The quarter hours in which the counts of a company match a filter.
private struct CountedQuarters {
    private let database: Database
    private let company: Int64
    private let filter: AttemptFilter
    private let profile: Int64?
    private let channel: Int64?
    /// The last day that was read, and whether its counts match.
    private var day: (start: Instant, matches: Bool)?

    init(_ database: Database, _ company: Int64, _ filter: AttemptFilter) throws(StorageError) {
        (self.database, self.company, self.filter) = (database, company, filter)
        profile = try filter.profileID.map { (id) throws(StorageError) in
            try database.integer(
                "SELECT id FROM profiles WHERE company = ? AND profile_id = ?",
                [.integer(company), .text(id)])
        }
        channel = try filter.channel.map { (text) throws(StorageError) in
            try database.integer("SELECT id FROM labels WHERE text = ?", [.text(text)])
        }
    }

    /// False if the profile or the channel is not in the log, so that no attempt can match.
    var canMatch: Bool { profile != 0 && channel != 0 }

    /// Returns the last matching quarter hour before `quarter`.
    mutating func last(before quarter: Quarter) throws(StorageError) -> Quarter? {
        var end = quarter.start
        while let start = try lastCounted(before: end) {
            let midnight = BucketSize.day.start(of: start)
            if day?.start != midnight { day = (midnight, try matches(.day, midnight)) }
            guard day?.matches == true else {
                end = midnight
                continue
            }
            if try matches(.quarterHour, start) { return Quarter(of: start) }
            end = start
        }
        return nil
    }

    private func lastCounted(before end: Instant) throws(StorageError) -> Instant? {
        let last = try database.row(
            "SELECT max(start) FROM counts WHERE company = ? AND level = 0 AND start < ?",
            [.integer(company), .integer(end.milliseconds)]
        ) { $0.optionalInstant(0) }
        return last.flatMap { $0 }
    }

    /// Returns whether the counts of a bucket match. Damaged counts are treated as a match.
    private func matches(_ level: BucketSize, _ start: Instant) throws(StorageError) -> Bool {
        guard isSelective else { return true }
        do {
            let cells = try CountStore(database: database).cells(company, level, start: start)
            return cells.entries.contains(where: matches)
        } catch {
            guard error.isDamage else { throw error }
            return true
        }
    }

    private var isSelective: Bool {
        profile != nil || channel != nil || filter.outcome != nil || filter.reason != nil
    }

    private func matches(_ entry: CountEntry) -> Bool {
        guard let key = entry.key else { return false }
        return profile.map { $0 == key.endpoint } ?? true
            && channel.map { $0 == key.channel } ?? true
            && filter.outcome.map { $0 == key.outcome } ?? true
            && filter.reason.map { $0 == key.reason } ?? true
    }
}

/// Decodes rows of the table of attempts, with the values that they refer to.
enum AttemptReader {
    /// A query for all fields. A WHERE clause on the columns of `attempts` may follow.
    static let select = "SELECT \(columns) \(tables)"

    static let columns =
        """
        (SELECT sid FROM companies WHERE id = attempts.company), callback_id, attempt,
            finished_at, outcome, reason, status,
            (SELECT profile_id FROM profiles WHERE id = profile),
            (SELECT text FROM labels WHERE id = channel),
            (SELECT text FROM labels WHERE id = event),
            (SELECT text FROM labels WHERE id = method),
            (SELECT text FROM labels WHERE id = origin), duration
        """

    static let tables = "FROM attempts JOIN routes ON routes.id = attempts.route"

    /// Decodes the current row of the query.
    static func attempt(_ row: borrowing Statement) -> Attempt {
        Attempt(
            company: row.text(0), callbackID: row.text(1), number: row.int(2),
            finishedAt: row.instant(3),
            outcome: Outcome(rawValue: row.int(4, in: Outcome.stored)) ?? .failed,
            reason: row.optionalInt(5, in: Reason.stored).flatMap(Reason.init(rawValue:)),
            status: row.optionalInt(6), profileID: row.optionalText(7),
            channel: row.optionalText(8), event: row.optionalText(9),
            method: row.optionalText(10), origin: row.optionalText(11),
            durationMilliseconds: row.optionalInt(12))
    }
}
