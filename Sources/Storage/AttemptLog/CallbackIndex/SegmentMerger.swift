import SQLite
import StorageErrors

/// Merges the entries of several segments in order, with one page of each in memory.
struct SegmentMerger: ~Copyable {
    private struct Head {
        let run: IndexSegment
        let isChecked: Bool
        /// The keys of the pages that were not read yet.
        var rest: ClosedRange<Int64>.Iterator
        var entries: [IndexEntry] = []
        var index = 0
        var areFound = true

        var first: IndexEntry? { index < entries.count ? entries[index] : nil }
    }

    private var heads: [Head]
    private let reader: SegmentReader

    /// - Parameter isChecked: Whether to verify that lookups find the entries of each page.
    init(
        _ runs: [IndexSegment], of database: Database, isChecked: Bool = false
    ) throws(StorageError) {
        let reader = try SegmentReader(database)
        var heads = runs.map {
            Head(run: $0, isChecked: isChecked, rest: $0.pageKeys.makeIterator())
        }
        for index in heads.indices { try Self.fill(&heads[index], from: reader) }
        self.reader = reader
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
        if heads[from].first == nil { try Self.fill(&heads[from], from: reader) }
        return least
    }

    /// Reads the next page with entries.
    private static func fill(
        _ head: inout Head, from reader: borrowing SegmentReader
    ) throws(StorageError) {
        head.entries = []
        head.index = 0
        while head.entries.isEmpty, let key = head.rest.next() {
            head.entries = try reader.entries(at: key)
        }
        guard head.isChecked, head.areFound else { return }
        head.areFound = try reader.finds(head.entries, in: head.run)
    }
}
