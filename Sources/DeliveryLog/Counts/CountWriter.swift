import CivilTime
import SQLite

/// Changes rows of the table of counts.
struct CountWriter: ~Copyable {
    private let store: CountStore
    private let find: Statement
    private let replace: Statement

    init(_ database: Database) throws(DatabaseError) {
        let find = try database.prepare(
            "SELECT cells FROM counts WHERE company = ? AND level = ? AND start = ?")
        let replace = try database.prepare("REPLACE INTO counts VALUES(?, ?, ?, ?, ?, ?, ?)")
        store = CountStore(database: database)
        self.find = find
        self.replace = replace
    }

    /// Adds changes to one bucket; one that comes to count nothing is dropped.
    func add(
        _ changes: CountCells, company: Int64, _ level: Level, start: Instant
    ) throws(DatabaseError) {
        let place: [Value] = [
            .integer(company), Value(level.rawValue), .integer(start.milliseconds),
        ]
        var cells = try cells(at: place)
        cells.merge(changes)
        guard !cells.hasNegative else { throw store.damaged() }
        guard !cells.isEmpty else {
            return try store.database.execute(
                "DELETE FROM counts WHERE company = ? AND level = ? AND start = ?", place)
        }
        let tally = cells.tally
        replace.bind(
            place + [
                Value(tally.delivered), Value(tally.failed), Value(tally.retrying),
                .blob(cells.encoded()),
            ])
        try replace.run()
    }

    private func cells(at place: [Value]) throws(DatabaseError) -> CountCells {
        find.bind(place)
        guard try find.step() else { return CountCells() }
        let cells = find.withBlob(0) { CountCells(encoded: $0) }
        find.reset()
        guard let cells else { throw store.damaged() }
        return cells
    }
}
