import CivilTime
import SQLite

/// Looks back through the counts for the last delivered callback of each profile.
struct FailureSearch {
    let company: Int64
    /// Profiles of which no delivered callback was met yet.
    var wanted: Set<Int64>
    let log: DeliveryLog
    /// Start of the earliest failure met so far, by profile.
    var since: [Int64: Instant] = [:]

    init(company: Int64, wanted: Set<Int64>, log: DeliveryLog) {
        self.company = company
        self.wanted = wanted
        self.log = log
    }

    mutating func lookBack(from end: Instant) throws(DatabaseError) {
        let quarter = Level.quarterHour.start(of: end)
        let day = Level.day.start(of: end)
        try lookAtAttempts(from: quarter, to: end)
        try lookAtQuarters(from: day, to: quarter, of: wanted)
        try lookAtDays(before: day)
        try sharpen()
    }

    private mutating func lookAtDays(before end: Instant) throws(DatabaseError) {
        let statement = try starts(.day, from: Instant(milliseconds: .min), to: end)
        while !wanted.isEmpty, try statement.step() {
            let start = Instant(milliseconds: statement.integer(0))
            let outcomes = try outcomes(.day, start)
            let delivering = wanted.filter { outcomes[$0]?.contains(.delivered) == true }
            note(start, outcomes, wanted.subtracting(delivering))
            let next = start.advanced(milliseconds: Level.day.length)
            try lookAtQuarters(from: start, to: next, of: delivering)
        }
    }

    /// Looks back through the quarter hours of a span, for some of the wanted profiles.
    private mutating func lookAtQuarters(
        from start: Instant, to end: Instant, of profiles: Set<Int64>
    ) throws(DatabaseError) {
        var profiles = profiles.intersection(wanted)
        let statement = try starts(.quarterHour, from: start, to: end)
        while !profiles.isEmpty, try statement.step() {
            let quarter = Instant(milliseconds: statement.integer(0))
            let outcomes = try outcomes(.quarterHour, quarter)
            let delivering = profiles.filter { outcomes[$0]?.contains(.delivered) == true }
            note(quarter, outcomes, profiles.subtracting(delivering))
            let next = quarter.advanced(milliseconds: Level.quarterHour.length)
            for profile in delivering { try lookAtAttempts(of: profile, from: quarter, to: next) }
            profiles.subtract(delivering)
            wanted.subtract(delivering)
        }
    }

    private mutating func lookAtAttempts(
        from start: Instant, to end: Instant
    ) throws(DatabaseError) {
        for profile in wanted where start < end {
            if try lookAtAttempts(of: profile, from: start, to: end) { wanted.remove(profile) }
        }
    }

    /// Looks back through the attempts of a span; true when one was delivered.
    @discardableResult
    private mutating func lookAtAttempts(
        of profile: Int64, from start: Instant, to end: Instant
    ) throws(DatabaseError) -> Bool {
        let statement = try log.database.prepare(
            """
            SELECT finished_at, outcome FROM attempts
            WHERE company = ? AND finished_at >= ? AND finished_at < ? AND superseded = 0
                AND ifnull(profile, 0) = ? ORDER BY finished_at DESC, outcome DESC
            """)
        statement.bind([
            .integer(company), .integer(start.milliseconds), .integer(end.milliseconds),
            .integer(profile),
        ])
        while try statement.step() {
            if statement.int(1) == Outcome.delivered.rawValue { return true }
            since[profile] = Instant(milliseconds: statement.integer(0))
        }
        return false
    }

    /// Turns the start of a bucket into the time of the first failure in it.
    private func firstFailure(
        of profile: Int64, from start: Instant
    ) throws(DatabaseError) -> Instant? {
        let sql = """
            SELECT min(finished_at) FROM attempts
            WHERE company = ? AND finished_at >= ? AND finished_at < ? AND superseded = 0
                AND ifnull(profile, 0) = ?
            """
        let end = start.advanced(milliseconds: Level.day.length)
        let values: [Value] = [
            .integer(company), .integer(start.milliseconds), .integer(end.milliseconds),
            .integer(profile),
        ]
        let first = try log.database.row(sql, values) { $0.optionalInteger(0) } ?? nil
        return first.map { Instant(milliseconds: $0) }
    }

    private mutating func sharpen() throws(DatabaseError) {
        for (profile, start) in since where Level.quarterHour.start(of: start) == start {
            since[profile] = try firstFailure(of: profile, from: start) ?? start
        }
    }

    private mutating func note(
        _ start: Instant, _ outcomes: [Int64: Set<Outcome>], _ profiles: Set<Int64>
    ) {
        for profile in profiles where outcomes[profile] != nil { since[profile] = start }
    }

    private func outcomes(
        _ level: Level, _ start: Instant
    ) throws(DatabaseError) -> [Int64: Set<Outcome>] {
        let cells = try CountStore(database: log.database).cells(company, level, start: start)
        return cells.cells.keys.reduce(into: [:]) {
            $0[$1.profile, default: []].insert($1.outcome)
        }
    }

    /// The starts of buckets in a span, the latest first.
    private func starts(
        _ level: Level, from start: Instant, to end: Instant
    ) throws(DatabaseError) -> Statement {
        let statement = try log.database.prepare(
            """
            SELECT start FROM counts WHERE company = ? AND level = ? AND start >= ? AND start < ?
            ORDER BY start DESC
            """)
        statement.bind([
            .integer(company), Value(level.rawValue), .integer(start.milliseconds),
            .integer(end.milliseconds),
        ])
        return statement
    }
}
