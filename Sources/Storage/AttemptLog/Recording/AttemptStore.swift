import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TextSupport

/// The statements that read and write rows of the table of attempts.
struct AttemptStore: ~Copyable {
    private let database: Database
    private let insert: RowStatement
    private let update: RowStatement
    private let at: Statement
    private let latestOfCallback: Statement
    private let ofRank: Statement
    private let setSupersession: Statement
    private let last: Statement
    private let byRowID: Statement
    /// The checksums of the rows that were added and replaced.
    private var checksums = AttemptChecksums()
    /// The next free row ID of each quarter hour that was written to, by its first row ID.
    private var free: [Int64: Int64] = [:]
    /// The quarter hour that was written last, because most are written many times in a row.
    private var current: (first: Int64, free: Int64) = (-1, 0)

    init(_ database: Database) throws(StorageError) {
        let insert = try RowStatement("INSERT", database)
        let update = try RowStatement("REPLACE", database)
        let at = try database.prepare(StoredAttempt.query + " WHERE place = ?")
        let ofCallback =
            StoredAttempt.query + " WHERE attempts.company = ? AND callback_id = ? AND standing > 0"
        let latestOfCallback = try database.prepare(
            ofCallback + " ORDER BY attempt DESC, finished_at DESC LIMIT \(Self.latestCount)")
        let ofRank = try database.prepare(ofCallback + " AND attempt = ? AND finished_at = ?")
        let setSupersession = try database.prepare(
            "UPDATE attempts SET standing = ? WHERE place = ?")
        let last = try database.prepare(
            "SELECT max(place) FROM attempts WHERE place >= ? AND place < ?")
        let byRowID = try database.prepare(AttemptReader.select + " WHERE place = ?")
        // A noncopyable value must be initialized completely or not at all.
        self.database = database
        self.insert = insert
        self.update = update
        self.at = at
        self.latestOfCallback = latestOfCallback
        self.ofRank = ofRank
        self.setSupersession = setSupersession
        self.last = last
        self.byRowID = byRowID
    }

    /// Adds a row, and returns its new row ID.
    mutating func add(_ row: StoredAttempt) throws(StorageError) -> Int64 {
        var row = row
        row.place = try nextPlace(at: row.finishedAt)
        try insert.run(row)
        checksums.toggle(row)
        return row.place
    }

    /// Adds rows, which must be ordered by quarter hour, and sets their row IDs.
    ///
    /// A statement for many rows takes half the time of one statement per row.
    mutating func add(
        _ numbers: [Int], of rows: inout ConcatenatedBatches
    ) throws(StorageError) {
        for number in numbers {
            let place = try nextPlace(at: rows[number].finishedAt)
            rows[number].put(at: place, adding: &checksums)
        }
        let count = numbers.count / MultiRowInsert.size * MultiRowInsert.size
        if count > 0 { try addGroups(numbers[..<count], of: rows) }
        for number in numbers[count...] { try insert.run(rows[number]) }
    }

    private func addGroups(
        _ numbers: ArraySlice<Int>, of rows: ConcatenatedBatches
    ) throws(StorageError) {
        let groups = try MultiRowInsert(database)
        var end = try database.integer("SELECT max(place) FROM attempts")
        var rest = numbers
        while !rest.isEmpty {
            end = try groups.add(rest.prefix(MultiRowInsert.size), of: rows, after: end)
            rest = rest.dropFirst(MultiRowInsert.size)
        }
    }

    /// Replaces a row. The new row has the same row ID.
    mutating func replace(
        _ old: StoredAttempt, with row: StoredAttempt
    ) throws(StorageError) {
        checksums.toggle(old)
        checksums.toggle(row)
        try update.run(row)
    }

    /// Writes the checksums of all rows. Must be called once, before the transaction is committed.
    mutating func writeChecksums() throws(StorageError) {
        try checksums.write(to: database)
    }

    func set(_ supersession: Supersession, at place: Int64) throws(StorageError) {
        setSupersession.bind(supersession.rawValue, at: 1)
        setSupersession.bind(place, at: 2)
        try setSupersession.run()
    }

    /// Returns the attempts at the callback of a row that recording the row depends on, lowest rank
    /// first, if one of them has this row ID: the latest ones, and the one with the row's rank.
    /// Returns none if the row ID belongs to another callback or does not exist.
    ///
    /// Returning all attempts would take quadratic time for a log in which all records have one ID.
    func attempts(
        of row: StoredAttempt, withOneAt place: Int64
    ) throws(StorageError) -> [StoredAttempt] {
        at.bind(place, at: 1)
        guard try at.step() else { return [] }
        let found = StoredAttempt(row: at)
        at.reset()
        guard found.route.company == row.route.company, found.callbackID.isExactly(row.callbackID)
        else {
            return []
        }
        if found.supersession == .only { return [found] }
        let latest = try latest(of: row)
        let isComplete = latest.count < Self.latestCount
        if isComplete || latest.contains(where: { $0.rank == row.rank }) { return latest }
        return try attempt(ofRank: row) + latest
    }

    /// More attempts than this mean that one ID was used for several callbacks.
    static let latestCount = 50

    private func latest(of row: StoredAttempt) throws(StorageError) -> [StoredAttempt] {
        latestOfCallback.bind(row.route.company, at: 1)
        latestOfCallback.bind(row.callbackID, at: 2)
        var rows: [StoredAttempt] = []
        while try latestOfCallback.step() { rows.append(StoredAttempt(row: latestOfCallback)) }
        return rows.reversed()
    }

    private func attempt(ofRank row: StoredAttempt) throws(StorageError) -> [StoredAttempt] {
        ofRank.bind([
            .integer(row.route.company), .text(row.callbackID), Value(row.number),
            .integer(row.finishedAt.milliseconds),
        ])
        guard try ofRank.step() else { return [] }
        defer { ofRank.reset() }
        return [StoredAttempt(row: ofRank)]
    }

    /// Returns the attempt with a row ID, as it was recorded.
    func attempt(at place: Int64) throws(StorageError) -> Attempt? {
        byRowID.bind(place, at: 1)
        guard try byRowID.step() else { return nil }
        let attempt = AttemptReader.attempt(byRowID)
        byRowID.reset()
        return attempt
    }

    private mutating func nextPlace(at instant: Instant) throws(StorageError) -> Int64 {
        let first = AttemptRowID.first(at: instant)
        if current.first != first {
            free[current.first] = current.free
            current = (first, try freePlace(at: instant))
        }
        defer { current.free += 1 }
        return current.free
    }

    private func freePlace(at instant: Instant) throws(StorageError) -> Int64 {
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

/// A statement that writes several rows of the table of attempts at once.
struct RowStatement: ~Copyable {
    private let statement: Statement
    private let isAppending: Bool

    /// - Parameters:
    ///   - verb: The SQL verb, such as `INSERT OR ROLLBACK`.
    ///   - count: The number of rows.
    ///   - isAppending: Whether the rows get the row IDs after the last one, which SQLite can
    ///     assign without searching.
    ///   - database: The database of the log.
    init(
        _ verb: String, count: Int = 1, isAppending: Bool = false, _ database: Database
    ) throws(StorageError) {
        let columns = (isAppending ? "" : "place, ") + StoredAttempt.columns
        let width = StoredAttempt.width + (isAppending ? 0 : 1)
        let row = "(\(Array(repeating: "?", count: width).joined(separator: ",")))"
        let rows = Array(repeating: row, count: count).joined(separator: ",")
        statement = try database.prepare("\(verb) INTO attempts(\(columns)) VALUES \(rows)")
        self.isAppending = isAppending
    }

    /// Writes a single row.
    func run(_ row: StoredAttempt) throws(StorageError) {
        bind(row, after: 0)
        try statement.run()
    }

    /// Writes rows by number, as many as the statement has room for.
    func run(_ numbers: ArraySlice<Int>, of rows: ConcatenatedBatches) throws(StorageError) {
        let width = StoredAttempt.width + (isAppending ? 0 : 1)
        for (index, number) in numbers.enumerated() { bind(rows[number], after: index * width) }
        try statement.run()
    }

    private func bind(_ row: StoredAttempt, after count: Int) {
        guard !isAppending else { return row.bind(to: statement, after: count) }
        statement.bind(row.place, at: Int32(count + 1))
        row.bind(to: statement, after: count + 1)
    }
}

/// The statements that add rows in groups.
struct MultiRowInsert: ~Copyable {
    /// The rows per group. A statement for many rows takes half the time of one statement per row.
    static let size = 16

    private let insert: RowStatement
    private let append: RowStatement

    init(_ database: Database) throws(StorageError) {
        // To be able to roll back a single statement, SQLite would copy each page before changing
        // it. Here any failure rolls back the whole transaction.
        let verb = "INSERT OR ROLLBACK"
        let insert = try RowStatement(verb, count: Self.size, database)
        let append = try RowStatement(verb, count: Self.size, isAppending: true, database)
        // A noncopyable value must be initialized completely or not at all.
        self.insert = insert
        self.append = append
    }

    /// Adds a group of rows by number, in the order of their row IDs.
    ///
    /// - Parameter end: The last row ID of the table.
    /// - Returns: The new last row ID.
    func add(
        _ group: ArraySlice<Int>, of rows: ConcatenatedBatches, after end: Int64
    ) throws(StorageError) -> Int64 {
        let places = group.map { rows[$0].place }
        if end < .max - Int64(Self.size),
            places.elementsEqual(end + 1...end + Int64(Self.size))
        {
            try append.run(group, of: rows)
        } else {
            try insert.run(group, of: rows)
        }
        return max(end, places.last ?? end)
    }
}
