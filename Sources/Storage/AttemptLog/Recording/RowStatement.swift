import SQL
import StorageErrors

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
