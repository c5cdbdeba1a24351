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
        company: String, name: String, due now: Instant, by find: borrowing Statement
    ) throws(StorageError) -> Int64 {
        let key = Name(company: ExactText(company), name: ExactText(name))
        if let id = known[key] { return id }
        find.bind(company, at: 1)
        find.bind(name, at: 2)
        defer { find.reset() }
        let id: Int64
        if try find.step() {
            id = find.integer(0)
            noteDue(now, endpoint: id)
        } else {
            id = try insert([.text(company), .text(name)], due: now)
        }
        known[key] = id
        return id
    }

    /// Finds the row ID of an endpoint queue.
    static let find = "SELECT id FROM lanes WHERE company = ? AND name = ?"

    /// Inserts the endpoint queues of callbacks that do not exist yet, in transactions of some
    /// milliseconds. Until callbacks wait in them, they are not due.
    static func prepare(
        for callbacks: [NewCallback], in database: Database, now: Instant
    ) throws(StorageError) {
        let find = try database.prepare(find)
        var known: Set<Name> = []
        var missing: [Name] = []
        for callback in callbacks {
            let name = Name(
                company: ExactText(callback.company), name: ExactText(callback.target.endpoint))
            guard known.insert(name).inserted else { continue }
            find.bind(callback.company, at: 1)
            find.bind(callback.target.endpoint, at: 2)
            if try !find.step() { missing.append(name) }
            find.reset()
        }
        var rest = missing[...]
        while !rest.isEmpty {
            let part = rest.prefix(preparedAtOnce)
            rest = rest.dropFirst(part.count)
            // Not durable, because the transaction that needs the queues is.
            try database.transaction(durable: .deferred) { () throws(StorageError) in
                try insert(part, in: database, now: now)
            }
            database.yieldWriteLock(.long)
        }
    }

    private static func insert(
        _ names: ArraySlice<Name>, in database: Database, now: Instant
    ) throws(StorageError) {
        let insert = try database.prepare(
            """
            INSERT INTO lanes(company, name, pace, created_at) VALUES(?, ?, ?, ?)
            ON CONFLICT(company, name) DO NOTHING
            """)
        for name in names {
            insert.bind(name.company.text, at: 1)
            insert.bind(name.name.text, at: 2)
            insert.bind(Int64(EndpointSpeed.fresh.rawValue), at: 3)
            insert.bind(now.milliseconds, at: 4)
            try insert.run()
        }
    }

    private static let preparedAtOnce = 200

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
