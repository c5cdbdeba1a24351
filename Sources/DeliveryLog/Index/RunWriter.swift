import SQLite

/// Writes the entries of a run, which come in order, a part at a time.
struct RunWriter: ~Copyable {
    private let database: Database
    private var run: CallbackRun
    private var part: [IndexEntry] = []
    private var partNumber: Int64 = 0
    private var written = 0
    private let insertEntries: Statement
    private let insertFilter: Statement

    init(_ database: Database, run: CallbackRun) throws(DatabaseError) {
        let insertEntries = try database.prepare("INSERT INTO callback_entries VALUES(?, ?)")
        let insertFilter = try database.prepare("INSERT INTO callback_filters VALUES(?, ?)")
        self.database = database
        self.run = run
        self.insertEntries = insertEntries
        self.insertFilter = insertFilter
    }

    mutating func add(_ entry: IndexEntry) throws(DatabaseError) {
        let number = run.part(of: entry.hash)
        if number != partNumber {
            try writePart()
            partNumber = number
        }
        part.append(entry)
    }

    /// Writes what is left; nil, with nothing written, for a run without entries.
    consuming func finish() throws(DatabaseError) -> CallbackRun? {
        try writePart()
        guard written > 0 else { return nil }
        run.count = written
        try database.execute(
            "INSERT INTO callback_runs(run, count, parts) VALUES(?, ?, ?)",
            [.integer(run.number), Value(run.count), Value(run.parts)])
        return run
    }

    private mutating func writePart() throws(DatabaseError) {
        guard !part.isEmpty else { return }
        let key = run.key(of: partNumber)
        insertEntries.bind(key, at: 1)
        insertEntries.bind(part.encoded(), at: 2)
        try insertEntries.run()
        insertFilter.bind(key, at: 1)
        insertFilter.bind(BloomFilter(part).bytes, at: 2)
        try insertFilter.run()
        written += part.count
        part.removeAll(keepingCapacity: true)
    }
}
