import CivilTime
import DeliveryLog
import SQLite

/// The statements that read and write rows of the table of attempts.
struct AttemptStore: ~Copyable {
    private let database: Database
    private let insert: RowStatement
    private let update: RowStatement
    private let at: Statement
    private let ofCallback: Statement
    private let setStanding: Statement
    private let last: Statement
    private let told: Statement
    /// The next free place of each quarter hour that was written to, by its first place.
    private var free: [Int64: Int64] = [:]
    /// The quarter hour that was written to last, as most are written many times in a row.
    private var current: (first: Int64, free: Int64) = (-1, 0)

    init(_ database: Database) throws(DatabaseError) {
        let insert = try RowStatement("INSERT", database)
        let update = try RowStatement("REPLACE", database)
        let at = try database.prepare(StoredAttempt.query + " WHERE place = ?")
        let ofCallback = try database.prepare(
            StoredAttempt.query + """
                 WHERE attempts.company = ? AND callback_id = ? AND standing > 0
                ORDER BY attempt, finished_at
                """)
        let setStanding = try database.prepare(
            "UPDATE attempts SET standing = ? WHERE place = ?")
        let last = try database.prepare(
            "SELECT max(place) FROM attempts WHERE place >= ? AND place < ?")
        let told = try database.prepare(AttemptReader.select + " WHERE place = ?")
        // All at once: a value that cannot be copied is never half made.
        self.database = database
        self.insert = insert
        self.update = update
        self.at = at
        self.ofCallback = ofCallback
        self.setStanding = setStanding
        self.last = last
        self.told = told
    }

    /// Adds a row at a place of its own, which it gives back.
    mutating func add(_ row: StoredAttempt) throws(DatabaseError) -> Int64 {
        var row = row
        row.place = try nextPlace(at: row.finishedAt)
        try insert.run(row)
        return row.place
    }

    /// Adds rows by numbers, which are in the order of their quarter hours, each at a place of its
    /// own, which it is told.
    ///
    /// Many rows to a statement take half the time of one to a statement.
    mutating func add(
        _ numbers: [Int], of rows: inout GroupedRows
    ) throws(DatabaseError) {
        for number in numbers {
            rows[number].place = try nextPlace(at: rows[number].finishedAt)
        }
        let count = numbers.count / RowGroups.size * RowGroups.size
        if count > 0 { try addGroups(numbers[..<count], of: rows) }
        for number in numbers[count...] { try insert.run(rows[number]) }
    }

    private func addGroups(
        _ numbers: ArraySlice<Int>, of rows: GroupedRows
    ) throws(DatabaseError) {
        let groups = try RowGroups(database)
        var end = try database.integer("SELECT max(place) FROM attempts")
        var rest = numbers
        while !rest.isEmpty {
            end = try groups.add(rest.prefix(RowGroups.size), of: rows, after: end)
            rest = rest.dropFirst(RowGroups.size)
        }
    }

    /// Puts a row where another one stood.
    func replace(with row: StoredAttempt) throws(DatabaseError) {
        try update.run(row)
    }

    func set(_ standing: Supersession, at place: Int64) throws(DatabaseError) {
        setStanding.bind(standing.rawValue, at: 1)
        setStanding.bind(place, at: 2)
        try setStanding.run()
    }

    /// The attempts of a callback, lowest rank first, where one of them stands at a place; none
    /// where another callback's does, or nothing.
    func attempts(
        of row: StoredAttempt, withOneAt place: Int64
    ) throws(DatabaseError) -> [StoredAttempt] {
        at.bind(place, at: 1)
        guard try at.step() else { return [] }
        let found = StoredAttempt(row: at)
        at.reset()
        guard found.route.company == row.route.company, found.callbackID == row.callbackID else {
            return []
        }
        return found.standing == .only ? [found] : try all(of: found)
    }

    private func all(of row: StoredAttempt) throws(DatabaseError) -> [StoredAttempt] {
        ofCallback.bind(row.route.company, at: 1)
        ofCallback.bind(row.callbackID, at: 2)
        var rows: [StoredAttempt] = []
        while try ofCallback.step() { rows.append(StoredAttempt(row: ofCallback)) }
        return rows
    }

    /// The attempt at a place as it was told, in words.
    func attempt(at place: Int64) throws(DatabaseError) -> Attempt? {
        told.bind(place, at: 1)
        guard try told.step() else { return nil }
        let attempt = AttemptReader.attempt(told)
        told.reset()
        return attempt
    }

    private mutating func nextPlace(at instant: Instant) throws(DatabaseError) -> Int64 {
        let first = AttemptRowID.first(at: instant)
        if current.first != first {
            free[current.first] = current.free
            current = (first, try freePlace(at: instant))
        }
        defer { current.free += 1 }
        return current.free
    }

    private func freePlace(at instant: Instant) throws(DatabaseError) -> Int64 {
        let first = AttemptRowID.first(at: instant)
        if let known = free[first] { return known }
        last.bind(first, at: 1)
        last.bind(AttemptRowID.end(at: instant), at: 2)
        guard try last.step() else { return first }
        let place = last.optionalInteger(0).map { $0 + 1 } ?? first
        last.reset()
        return place
    }
}
