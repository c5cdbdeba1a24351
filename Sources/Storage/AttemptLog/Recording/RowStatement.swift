import SQLite

/// A statement that writes so many rows of the table of attempts at once.
struct RowStatement: ~Copyable {
    private let statement: Statement
    private let isAppending: Bool

    /// - Parameters:
    ///   - verb: what is done where a place is taken, such as `INSERT OR ROLLBACK`.
    ///   - isAppending: whether the rows get the places after the last one of the table, which
    ///     SQLite then need not search for.
    init(
        _ verb: String, count: Int = 1, isAppending: Bool = false, _ database: Database
    ) throws(DatabaseError) {
        let columns = (isAppending ? "" : "place, ") + StoredAttempt.columns
        let width = StoredAttempt.width + (isAppending ? 0 : 1)
        let row = "(\(Array(repeating: "?", count: width).joined(separator: ",")))"
        let rows = Array(repeating: row, count: count).joined(separator: ",")
        statement = try database.prepare("\(verb) INTO attempts(\(columns)) VALUES \(rows)")
        self.isAppending = isAppending
    }

    /// Writes the only row.
    func run(_ row: StoredAttempt) throws(DatabaseError) {
        bind(row, after: 0)
        try statement.run()
    }

    /// Writes rows by numbers, as many as it has room for.
    func run(_ numbers: ArraySlice<Int>, of rows: GroupedRows) throws(DatabaseError) {
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
struct RowGroups: ~Copyable {
    /// Rows of a group: many to a statement take half the time of one to a statement.
    static let size = 16

    private let insert: RowStatement
    private let append: RowStatement

    init(_ database: Database) throws(DatabaseError) {
        // To be able to undo the statement alone, SQLite would copy each page before it changes;
        // whatever fails here, the whole transaction is undone.
        let verb = "INSERT OR ROLLBACK"
        let insert = try RowStatement(verb, count: Self.size, database)
        let append = try RowStatement(verb, count: Self.size, isAppending: true, database)
        // All at once: a value that cannot be copied is never half made.
        self.insert = insert
        self.append = append
    }

    /// Adds a group of rows by numbers, in the order of their places.
    ///
    /// - Parameter end: the last place of the table; its new one is given back.
    func add(
        _ group: ArraySlice<Int>, of rows: GroupedRows, after end: Int64
    ) throws(DatabaseError) -> Int64 {
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
