import CivilTime
import DeliveryLog
import SQL
import StorageErrors

/// Updates rows of the table of counts.
struct CountWriter: ~Copyable {
    /// Whether damaged buckets are left unchanged. Otherwise they are an error.
    private let skipsDamage: Bool
    private let store: CountStore
    private let find: Statement
    private let update: Statement
    private let insert: Statement

    init(_ database: Database, skippingDamage: Bool = false) throws(StorageError) {
        let find = try database.prepare(
            "SELECT cells FROM counts WHERE company = ? AND level = ? AND start = ?")
        let update = try database.prepare(
            """
            UPDATE counts SET delivered = ?4, failed = ?5, retrying = ?6, cells = ?7
            WHERE company = ?1 AND level = ?2 AND start = ?3
            """)
        let insert = try database.prepare("INSERT INTO counts VALUES(?, ?, ?, ?, ?, ?, ?)")
        skipsDamage = skippingDamage
        store = CountStore(database: database)
        self.find = find
        self.update = update
        self.insert = insert
    }

    /// Adds changes to one bucket, and deletes the bucket if its counts become zero.
    func add(
        _ changes: CountCells, company: Int64, _ level: BucketSize, start: Instant
    ) throws(StorageError) {
        let place: [Value] = [
            .integer(company), Value(level.rawValue), .integer(start.milliseconds),
        ]
        find.bind(place)
        let isKept = try find.step()
        var sum: CountCells? =
            isKept ? find.withBlob(0) { CountCells(encoded: $0) } : CountCells()
        find.reset()
        sum?.merge(changes)
        guard let cells = sum, !cells.hasNegative else {
            if skipsDamage { return }
            throw store.damaged()
        }
        guard !cells.isEmpty else {
            return try store.database.execute(
                "DELETE FROM counts WHERE company = ? AND level = ? AND start = ?", place)
        }
        if isKept {
            try run(update, place, cells)
        } else {
            try run(insert, place, cells)
        }
    }

    private func run(
        _ statement: borrowing Statement, _ place: [Value], _ cells: CountCells
    ) throws(StorageError) {
        let tally = cells.tally
        statement.bind(
            place + [
                Value(tally.delivered), Value(tally.failed), Value(tally.retrying),
                .blob(cells.encoded()),
            ])
        try statement.run()
    }
}
