import SQL
import StorageErrors

/// Writes the entries of a segment, which must arrive in order, page by page.
struct SegmentWriter: ~Copyable {
    private let database: Database
    private var run: IndexSegment
    private var page: [IndexEntry] = []
    /// The entries that the next filter will cover.
    private var part: [IndexEntry] = []
    private var written = 0
    private let insertPage: Statement
    private let insertFilter: Statement

    init(_ database: Database, run: IndexSegment) throws(StorageError) {
        let insertPage = try database.prepare("INSERT INTO segment_entries VALUES(?, ?)")
        let insertFilter = try database.prepare("INSERT INTO segment_filters VALUES(?, ?)")
        self.database = database
        self.run = run
        self.insertPage = insertPage
        self.insertFilter = insertFilter
    }

    mutating func add(_ entry: IndexEntry) throws(StorageError) {
        if let last = page.last, run.page(of: last.hash) != run.page(of: entry.hash) {
            try writePage()
        }
        if let last = part.last, run.filter(of: last.hash) != run.filter(of: entry.hash) {
            try writeFilter()
        }
        page.append(entry)
        part.append(entry)
    }

    /// Writes the remaining entries. Returns `nil`, with nothing written, without entries.
    consuming func finish() throws(StorageError) -> IndexSegment? {
        try writePage()
        try writeFilter()
        guard written > 0 else { return nil }
        run.count = written
        try database.execute(
            "INSERT INTO callback_segments VALUES(?, ?, ?, ?)",
            [.integer(run.number), Value(run.count), Value(run.parts), Value(run.pages)])
        return run
    }

    private mutating func writePage() throws(StorageError) {
        guard let last = page.last else { return }
        try write(page.encoded(), at: run.page(of: last.hash), with: insertPage)
        written += page.count
        page.removeAll(keepingCapacity: true)
    }

    private mutating func writeFilter() throws(StorageError) {
        guard let last = part.last else { return }
        try write(BloomFilter(part).bytes, at: run.filter(of: last.hash), with: insertFilter)
        part.removeAll(keepingCapacity: true)
    }

    private func write(
        _ bytes: [UInt8], at key: Int64, with insert: borrowing Statement
    ) throws(StorageError) {
        insert.bind(key, at: 1)
        insert.bind(bytes, at: 2)
        try insert.run()
    }
}
