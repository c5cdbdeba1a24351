import SQL
import StorageErrors

/// Merges the entries of several segments in order, with one page of each in memory.
struct SegmentMerger: ~Copyable {
    private struct Head {
        let run: IndexSegment
        let isChecked: Bool
        /// The first key of the pages that were not read yet.
        var next: Int64
        var entries: [IndexEntry] = []
        var index = 0
        var areFound = true

        var first: IndexEntry? { index < entries.count ? entries[index] : nil }
    }

    private var heads: [Head]
    private let reader: SegmentReader
    /// Finds the next page. The keys themselves are not counted through: a damaged segment can
    /// claim to have millions of them.
    private let pages: Statement

    /// - Parameter isChecked: Whether to verify that lookups find the entries of each page.
    init(
        _ runs: [IndexSegment], of database: Database, isChecked: Bool = false
    ) throws(StorageError) {
        let reader = try SegmentReader(database)
        let pages = try database.prepare(
            """
            SELECT key, entries FROM segment_entries
            WHERE key BETWEEN ? AND ? ORDER BY key LIMIT 1
            """)
        var heads = runs.map {
            Head(run: $0, isChecked: isChecked, next: $0.pageKeys.lowerBound)
        }
        for index in heads.indices { try Self.fill(&heads[index], from: reader, pages) }
        self.reader = reader
        self.pages = pages
        self.heads = heads
    }

    /// Whether lookups find all entries so far. True if they are not verified.
    var areFound: Bool { heads.allSatisfy(\.areFound) }

    /// Returns the next entry, or `nil` after the last one.
    mutating func next() throws(StorageError) -> IndexEntry? {
        var least: IndexEntry?
        var from = 0
        for index in heads.indices {
            guard let entry = heads[index].first else { continue }
            if let least, least <= entry { continue }
            least = entry
            from = index
        }
        guard least != nil else { return nil }
        heads[from].index += 1
        if heads[from].first == nil { try Self.fill(&heads[from], from: reader, pages) }
        return least
    }

    /// Reads the next page with entries.
    private static func fill(
        _ head: inout Head, from reader: borrowing SegmentReader, _ pages: borrowing Statement
    ) throws(StorageError) {
        head.entries = []
        head.index = 0
        defer { pages.reset() }
        while head.entries.isEmpty, head.next <= head.run.pageKeys.upperBound {
            pages.reset()
            pages.bind(head.next, at: 1)
            pages.bind(head.run.pageKeys.upperBound, at: 2)
            guard try pages.step() else { break }
            head.next = pages.integer(0) + 1
            head.entries = pages.withBlob(1) { [IndexEntry](encoded: $0) }
        }
        guard head.isChecked, head.areFound else { return }
        head.areFound = try reader.finds(head.entries, in: head.run)
    }
}
