import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TextSupport

/// Looks up endpoint queues, and collects what becomes due in them, within one transaction.
struct EndpointTable: ~Copyable {
    private struct Name: Hashable {
        var company: ExactText
        var name: ExactText
    }

    private var known: [Name: Int64] = [:]
    private var due: [Int64: Instant] = [:]
    private let database: Database

    init(_ database: Database) {
        self.database = database
    }

    /// Returns the row ID of an endpoint queue for a callback that is due at `now`. The queue is
    /// inserted if it is new.
    mutating func id(
        company: String, name: String, due now: Instant
    ) throws(StorageError) -> Int64 {
        let key = Name(company: ExactText(company), name: ExactText(name))
        if let id = known[key] { return id }
        let values: [Value] = [.text(company), .text(name)]
        let find = "SELECT id FROM lanes WHERE company = ? AND name = ?"
        let id: Int64
        if let old = try database.row(find, values, { $0.integer(0) }) {
            noteDue(now, endpoint: old)
            id = old
        } else {
            id = try insert(values, due: now)
        }
        known[key] = id
        return id
    }

    /// Inserts a queue with its due time. Updating it later would write its row and indexes twice.
    private func insert(_ values: [Value], due now: Instant) throws(StorageError) -> Int64 {
        try database.returned(
            """
            INSERT INTO lanes(company, name, pace, created_at, next_due)
            VALUES(?1, ?2, ?3, ?4, ?4) RETURNING id
            """, values + [Value(EndpointSpeed.fresh.rawValue), .integer(now.milliseconds)]) ?? 0
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
