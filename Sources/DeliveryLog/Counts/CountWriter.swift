import CivilTime
import SQLite

/// Changes rows of the table of counts.
struct CountWriter: ~Copyable {
    private let store: CountStore
    private let find: Statement
    private let update: Statement
    private let insert: Statement

    init(_ database: Database) throws(DatabaseError) {
        let find = try database.prepare(
            "SELECT cells FROM counts WHERE company = ? AND level = ? AND start = ?")
        let update = try database.prepare(
            """
            UPDATE counts SET delivered = ?4, failed = ?5, retrying = ?6, cells = ?7
            WHERE company = ?1 AND level = ?2 AND start = ?3
            """)
        let insert = try database.prepare("INSERT INTO counts VALUES(?, ?, ?, ?, ?, ?, ?)")
        store = CountStore(database: database)
        self.find = find
        self.update = update
        self.insert = insert
    }

    /// Adds changes to one bucket; one that comes to count nothing is dropped.
    func add(
        _ changes: CountCells, company: Int64, _ level: Level, start: Instant
    ) throws(DatabaseError) {
        let place: [Value] = [
            .integer(company), Value(level.rawValue), .integer(start.milliseconds),
        ]
        let kept = try cells(at: place)
        var cells = kept ?? CountCells()
        cells.merge(changes)
        guard !cells.hasNegative else { throw store.damaged() }
        guard !cells.isEmpty else {
            return try store.database.execute(
                "DELETE FROM counts WHERE company = ? AND level = ? AND start = ?", place)
        }
        if kept == nil {
            try run(insert, place, cells)
        } else {
            try run(update, place, cells)
        }
    }

    private func run(
        _ statement: borrowing Statement, _ place: [Value], _ cells: CountCells
    ) throws(DatabaseError) {
        let tally = cells.tally
        statement.bind(
            place + [
                Value(tally.delivered), Value(tally.failed), Value(tally.retrying),
                .blob(cells.encoded()),
            ])
        try statement.run()
    }

    /// The kept cells of a bucket; nil where nothing was counted yet.
    private func cells(at place: [Value]) throws(DatabaseError) -> CountCells? {
        find.bind(place)
        guard try find.step() else { return nil }
        let cells = find.withBlob(0) { CountCells(encoded: $0) }
        find.reset()
        guard let cells else { throw store.damaged() }
        return cells
    }
}
