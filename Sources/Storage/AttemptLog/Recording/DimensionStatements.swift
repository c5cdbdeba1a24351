import SQL
import StorageErrors

/// A table that assigns numbers to the values of its other columns.
struct NumberedTable: ~Copyable {
    private let find: Statement
    private let insert: Statement

    init(
        _ name: String, _ columns: [String], of database: Database
    ) throws(StorageError) {
        let conditions = columns.map { "\($0) = ?" }.joined(separator: " AND ")
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        let find = try database.prepare("SELECT id FROM \(name) WHERE \(conditions)")
        let insert = try database.prepare(
            "INSERT INTO \(name)(\(columns.joined(separator: ", "))) VALUES(\(marks)) RETURNING id")
        self.find = find
        self.insert = insert
    }

    /// Returns the number of the row with these values, which is added if it does not exist.
    func number(of values: [Value]) throws(StorageError) -> Int64 {
        find.bind(values)
        if try find.step() {
            defer { find.reset() }
            return find.integer(0)
        }
        insert.bind(values)
        return try insert.returned() ?? 0
    }
}

/// The tables of dimensions and their values.
struct DimensionStatements: ~Copyable {
    let companies: NumberedTable
    let profiles: NumberedTable
    let labels: NumberedTable
    let routes: NumberedTable

    init(_ database: Database) throws(StorageError) {
        let companies = try NumberedTable("companies", ["sid"], of: database)
        let profiles = try NumberedTable("profiles", ["company", "profile_id"], of: database)
        let labels = try NumberedTable("labels", ["text"], of: database)
        let routes = try NumberedTable(
            "routes", ["company", "profile", "channel", "event", "method", "origin"],
            of: database)
        // A noncopyable value must be initialized completely or not at all.
        self.companies = companies
        self.profiles = profiles
        self.labels = labels
        self.routes = routes
    }
}
