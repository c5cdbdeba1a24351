import CivilTime
import SQLite

/// The numbers of lanes and what becomes due in them, within one transaction.
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

    /// The number of a lane, which is made when it is new.
    mutating func id(
        company: String, name: String, now: Instant
    ) throws(DatabaseError) -> Int64 {
        let key = Name(company: company, name: name)
        if let id = known[key] { return id }
        let values: [Value] = [.text(company), .text(name)]
        let find = "SELECT id FROM lanes WHERE company = ? AND name = ?"
        var id = try database.row(find, values) { $0.integer(0) }
        if id == nil {
            try database.execute(
                "INSERT INTO lanes(company, name, pace, created_at) VALUES(?, ?, ?, ?)",
                values + [Value(EndpointSpeed.fresh.rawValue), .integer(now.milliseconds)])
            id = database.lastInsertedRow
        }
        known[key] = id
        return id ?? 0
    }

    /// Notes that a callback of the lane waits until then.
    mutating func noteDue(_ instant: Instant, lane: Int64) {
        due[lane] = min(due[lane] ?? instant, instant)
    }

    /// Writes what was noted; to be called once, before the transaction is committed.
    func writeDue() throws(DatabaseError) {
        // A row that stays as it is would be written all the same, and its page to the WAL.
        let update = try database.prepare(
            "UPDATE lanes SET next_due = ?1 WHERE id = ?2 AND ifnull(next_due > ?1, TRUE)")
        for (lane, instant) in due {
            update.bind(instant.milliseconds, at: 1)
            update.bind(lane, at: 2)
            try update.run()
        }
    }
}
