import SQLite

/// The entries of several runs, in order, of which a page each is in memory.
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

    /// - Parameter isChecked: whether the entries of each page are looked for as well.
    init(
        _ runs: [IndexSegment], of database: Database, isChecked: Bool = false
    ) throws(DatabaseError) {
        let reader = try SegmentReader(database)
        var heads = runs.map {
            Head(run: $0, isChecked: isChecked, rest: $0.pageKeys.makeIterator())
        }
        for index in heads.indices { try Self.fill(&heads[index], from: reader) }
        self.reader = reader
        self.heads = heads
    }

    /// Whether those who look for them find all entries so far; true where it is not checked.
    var areFound: Bool { heads.allSatisfy(\.areFound) }

    /// The next entry of all; nil after the last one.
    mutating func next() throws(DatabaseError) -> IndexEntry? {
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

    /// Reads the next page that has entries.
    private static func fill(
        _ head: inout Head, from reader: borrowing SegmentReader
    ) throws(DatabaseError) {
        head.entries = []
        head.index = 0
        while head.entries.isEmpty, let key = head.rest.next() {
            head.entries = try reader.entries(at: key)
        }
        guard head.isChecked, head.areFound else { return }
        head.areFound = try reader.finds(head.entries, in: head.run)
    }
}
