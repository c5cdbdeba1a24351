import CivilTime
import SQLite

/// The statements that read and write rows of the table of attempts.
struct AttemptStore: ~Copyable {
    private let insert: Statement
    private let insertGroup: Statement
    private let update: Statement
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
        let table = "INTO attempts(\(StoredAttempt.columns)) VALUES"
        let row =
            "(" + Array(repeating: "?", count: StoredAttempt.width).joined(separator: ",") + ")"
        let group = Array(repeating: row, count: Self.groupSize).joined(separator: ",")
        let insert = try database.prepare("INSERT \(table) \(row)")
        // To be able to undo the statement alone, SQLite would copy each page before it changes;
        // whatever fails here, the whole transaction is undone.
        let insertGroup = try database.prepare("INSERT OR ROLLBACK \(table) \(group)")
        let update = try database.prepare("REPLACE \(table) \(row)")
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
        self.insert = insert
        self.insertGroup = insertGroup
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
        row.bind(to: insert)
        try insert.run()
        return row.place
    }

    /// Adds rows by numbers, each at a place of its own, which it is told.
    ///
    /// Many rows to a statement take half the time of one to a statement.
    mutating func add(
        _ numbers: [Int], of rows: inout [StoredAttempt]
    ) throws(DatabaseError) {
        for number in numbers {
            rows[number].place = try nextPlace(at: rows[number].finishedAt)
        }
        var rest = numbers[...]
        while rest.count >= Self.groupSize {
            for (index, number) in rest.prefix(Self.groupSize).enumerated() {
                rows[number].bind(to: insertGroup, after: index * StoredAttempt.width)
            }
            try insertGroup.run()
            rest = rest.dropFirst(Self.groupSize)
        }
        for number in rest {
            rows[number].bind(to: insert)
            try insert.run()
        }
    }

    private static let groupSize = 16

    /// Puts a row where another one stood.
    func replace(with row: StoredAttempt) throws(DatabaseError) {
        row.bind(to: update)
        try update.run()
    }

    func set(_ standing: Standing, at place: Int64) throws(DatabaseError) {
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
        let first = Place.first(at: instant)
        if current.first != first {
            free[current.first] = current.free
            current = (first, try freePlace(at: instant))
        }
        defer { current.free += 1 }
        return current.free
    }

    private func freePlace(at instant: Instant) throws(DatabaseError) -> Int64 {
        let first = Place.first(at: instant)
        if let known = free[first] { return known }
        last.bind(first, at: 1)
        last.bind(Place.end(at: instant), at: 2)
        guard try last.step() else { return first }
        let place = last.optionalInteger(0).map { $0 + 1 } ?? first
        last.reset()
        return place
    }
}
