import CivilTime
import SQL
import StorageErrors

/// Looks up endpoint queues, and collects what becomes due in them, within one transaction.
struct EndpointTable: ~Copyable {
    private struct Name: Hashable {
        var company: String
        var name: String
    }

    private var known: [Name: Int64] = [:]
    private var due: [Int64: Instant] = [:]
    private let database: Database

    init(_ database: Database) {
        self.database = database
    }

    /// Returns the row ID of an endpoint queue, which is inserted if it is new.
    mutating func id(
        company: String, name: String, now: Instant
    ) throws(StorageError) -> Int64 {
        let key = Name(company: company, name: name)
        if let id = known[key] { return id }
        let values: [Value] = [.text(company), .text(name)]
        let find = "SELECT id FROM lanes WHERE company = ? AND name = ?"
        var id = try database.row(find, values) { $0.integer(0) }
        if id == nil {
            id = try database.returned(
                """
                INSERT INTO lanes(company, name, pace, created_at) VALUES(?, ?, ?, ?) RETURNING id
                """, values + [Value(EndpointSpeed.fresh.rawValue), .integer(now.milliseconds)])
        }
        known[key] = id
        return id ?? 0
    }

    /// Records that a callback of the queue waits until `instant`.
    mutating func noteDue(_ instant: Instant, endpoint: Int64) {
        due[endpoint] = min(due[endpoint] ?? instant, instant)
    }

    /// Writes the recorded due times. Must be called once, before the transaction commits.
    func writeDue() throws(StorageError) {
        // SQLite would write unchanged rows too, and their pages to the WAL, so the condition skips
        // them.
        let update = try database.prepare(
            "UPDATE lanes SET next_due = ?1 WHERE id = ?2 AND ifnull(next_due > ?1, TRUE)")
        // In one order, so that two writers that lock rows cannot block each other.
        for (endpoint, instant) in due.sorted(by: { $0.key < $1.key }) {
            update.bind(instant.milliseconds, at: 1)
            update.bind(endpoint, at: 2)
            try update.run()
        }
    }
}
