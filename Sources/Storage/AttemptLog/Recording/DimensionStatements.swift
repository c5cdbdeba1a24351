import SQLite

/// A table whose rows have a number for what the other columns say.
struct NumberedTable: ~Copyable {
    private let database: Database
    private let find: Statement
    private let insert: Statement

    init(
        _ name: String, _ columns: [String], of database: Database
    ) throws(DatabaseError) {
        let conditions = columns.map { "\($0) = ?" }.joined(separator: " AND ")
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        let find = try database.prepare("SELECT id FROM \(name) WHERE \(conditions)")
        let insert = try database.prepare(
            "INSERT INTO \(name)(\(columns.joined(separator: ", "))) VALUES(\(marks))")
        self.database = database
        self.find = find
        self.insert = insert
    }

    /// The number of the row with those values, which is added where there is none.
    func number(of values: [Value]) throws(DatabaseError) -> Int64 {
        find.bind(values)
        if try find.step() {
            defer { find.reset() }
            return find.integer(0)
        }
        insert.bind(values)
        try insert.run()
        return database.lastInsertedRow
    }
}

/// The tables of routes and of the words in them.
struct DimensionStatements: ~Copyable {
    let companies: NumberedTable
    let profiles: NumberedTable
    let labels: NumberedTable
    let routes: NumberedTable

    init(_ database: Database) throws(DatabaseError) {
        let companies = try NumberedTable("companies", ["sid"], of: database)
        let profiles = try NumberedTable("profiles", ["company", "profile_id"], of: database)
        let labels = try NumberedTable("labels", ["text"], of: database)
        let routes = try NumberedTable(
            "routes", ["company", "profile", "channel", "event", "method", "origin"],
            of: database)
        // All at once: a value that cannot be copied is never half made.
        self.companies = companies
        self.profiles = profiles
        self.labels = labels
        self.routes = routes
    }
}
