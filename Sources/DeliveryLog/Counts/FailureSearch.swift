import CivilTime
import SQLite

/// Looks back through the counts for the last delivered callback of each profile.
struct FailureSearch {
    let company: Int64
    /// Profiles of which no delivered callback was met yet.
    var wanted: Set<Int64>
    let log: DeliveryLog
    /// The earliest failure met so far, by profile.
    private(set) var since: [Int64: Since] = [:]

    struct Since {
        /// When it finished, or the start of the bucket that it lies in.
        var start: Instant
        var bucket: Level?
    }

    init(company: Int64, wanted: Set<Int64>, log: DeliveryLog) {
        self.company = company
        self.wanted = wanted
        self.log = log
    }

    mutating func lookBack(from end: Instant) throws(DatabaseError) {
        let quarter = Level.quarterHour.start(of: end)
        let day = Level.day.start(of: end)
        wanted.subtract(try lookAtAttempts(from: quarter, to: end, of: wanted))
        try lookAtQuarters(from: day, to: quarter, of: wanted)
        try lookAtDays(before: day)
        try sharpen()
    }

    private mutating func lookAtDays(before end: Instant) throws(DatabaseError) {
        let statement = try starts(.day, from: Instant(milliseconds: 0), to: end, "DESC")
        while !wanted.isEmpty, try statement.step() {
            let start = Instant(milliseconds: statement.integer(0))
            let outcomes = try outcomes(.day, start)
            let delivering = wanted.filter { outcomes[$0]?.contains(.delivered) == true }
            note(start, .day, outcomes, wanted.subtracting(delivering))
            let next = start.advanced(milliseconds: Level.day.length)
            try lookAtQuarters(from: start, to: next, of: delivering)
        }
    }

    /// Looks back through the quarter hours of a span, for some of the wanted profiles.
    private mutating func lookAtQuarters(
        from start: Instant, to end: Instant, of profiles: Set<Int64>
    ) throws(DatabaseError) {
        var profiles = profiles.intersection(wanted)
        let statement = try starts(.quarterHour, from: start, to: end, "DESC")
        while !profiles.isEmpty, try statement.step() {
            let quarter = Instant(milliseconds: statement.integer(0))
            let outcomes = try outcomes(.quarterHour, quarter)
            let delivering = profiles.filter { outcomes[$0]?.contains(.delivered) == true }
            note(quarter, .quarterHour, outcomes, profiles.subtracting(delivering))
            let next = quarter.advanced(milliseconds: Level.quarterHour.length)
            _ = try lookAtAttempts(from: quarter, to: next, of: delivering)
            profiles.subtract(delivering)
            wanted.subtract(delivering)
        }
    }

    /// Looks back through the attempts of a span for some of the wanted profiles; gives those
    /// of which one was delivered.
    private mutating func lookAtAttempts(
        from start: Instant, to end: Instant, of profiles: Set<Int64>
    ) throws(DatabaseError) -> Set<Int64> {
        var delivering: Set<Int64> = []
        guard start < end, !profiles.isEmpty else { return delivering }
        let order = "ORDER BY finished_at DESC, outcome DESC"
        let statement = try attempts(from: start, to: end, order)
        while try statement.step() {
            let profile = statement.integer(0)
            guard profiles.contains(profile), !delivering.contains(profile) else { continue }
            if statement.int(2) == Outcome.delivered.rawValue {
                delivering.insert(profile)
            } else {
                since[profile] = Since(start: Instant(milliseconds: statement.integer(1)))
            }
        }
        return delivering
    }

    /// Turns the starts of buckets into the times of the first failures in them.
    private mutating func sharpen() throws(DatabaseError) {
        for (profile, found) in since where found.bucket == .day {
            since[profile] = try firstQuarter(of: profile, on: found.start)
        }
        let open = since.filter { $0.value.bucket == .quarterHour }
        for (start, members) in Dictionary(grouping: open, by: \.value.start) {
            try sharpen(Set(members.map(\.key)), in: start)
        }
    }

    /// The first quarter hour of a day in which a profile has callbacks.
    private func firstQuarter(of profile: Int64, on day: Instant) throws(DatabaseError) -> Since {
        let next = day.advanced(milliseconds: Level.day.length)
        let statement = try starts(.quarterHour, from: day, to: next, "ASC")
        while try statement.step() {
            let start = Instant(milliseconds: statement.integer(0))
            if try outcomes(.quarterHour, start)[profile] != nil {
                return Since(start: start, bucket: .quarterHour)
            }
        }
        return Since(start: day)
    }

    private mutating func sharpen(
        _ profiles: Set<Int64>, in start: Instant
    ) throws(DatabaseError) {
        var left = profiles
        let next = start.advanced(milliseconds: Level.quarterHour.length)
        let statement = try attempts(from: start, to: next, "ORDER BY finished_at")
        while !left.isEmpty, try statement.step() {
            guard left.remove(statement.integer(0)) != nil else { continue }
            since[statement.integer(0)] = Since(
                start: Instant(milliseconds: statement.integer(1)))
        }
    }

    /// Profile, time and outcome of the latest attempts of callbacks in a span of less than a
    /// quarter hour, or one.
    private func attempts(
        from start: Instant, to end: Instant, _ order: String
    ) throws(DatabaseError) -> Statement {
        let statement = try log.database.prepare(
            """
            SELECT profile, finished_at, outcome
            FROM attempts JOIN routes ON routes.id = attempts.route
            WHERE place >= ? AND place < ? AND attempts.company = ? AND finished_at >= ?
                AND finished_at < ? AND standing <> 1
            """ + " " + order)
        statement.bind([
            .integer(Place.first(at: start)), .integer(Place.end(before: end)),
            .integer(company), .integer(start.milliseconds), .integer(end.milliseconds),
        ])
        return statement
    }

    private mutating func note(
        _ start: Instant, _ bucket: Level, _ outcomes: [Int64: Set<Outcome>],
        _ profiles: Set<Int64>
    ) {
        for profile in profiles where outcomes[profile] != nil {
            since[profile] = Since(start: start, bucket: bucket)
        }
    }

    private func outcomes(
        _ level: Level, _ start: Instant
    ) throws(DatabaseError) -> [Int64: Set<Outcome>] {
        var outcomes: [Int64: Set<Outcome>] = [:]
        var last: CountEntry?
        let next = start.advanced(milliseconds: 1)
        try CountStore(database: log.database).read(company, level, from: start, to: next) {
            // Entries come in stretches of one key, of which one says all.
            if let last, last.hasKey(of: $0) { return }
            last = $0
            guard wanted.contains($0.profile) || since[$0.profile] != nil else { return }
            if let outcome = $0.outcome { outcomes[$0.profile, default: []].insert(outcome) }
        }
        return outcomes
    }

    /// The starts of buckets in a span.
    private func starts(
        _ level: Level, from start: Instant, to end: Instant, _ order: String
    ) throws(DatabaseError) -> Statement {
        let statement = try log.database.prepare(
            """
            SELECT start FROM counts WHERE company = ? AND level = ? AND start >= ? AND start < ?
            ORDER BY start \(order)
            """)
        statement.bind([
            .integer(company), Value(level.rawValue), .integer(start.milliseconds),
            .integer(end.milliseconds),
        ])
        return statement
    }
}
