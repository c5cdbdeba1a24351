import SQLite

/// The entries of several runs, in order, of which a page each is in memory.
struct RunMerge: ~Copyable {
    private struct Head {
        /// The keys of the pages that were not read yet.
        var rest: ClosedRange<Int64>.Iterator
        var entries: [IndexEntry] = []
        var index = 0

        var first: IndexEntry? { index < entries.count ? entries[index] : nil }
    }

    private var heads: [Head]
    private let reader: RunReader

    init(_ runs: [CallbackRun], of database: Database) throws(DatabaseError) {
        let reader = try RunReader(database)
        var heads = runs.map { Head(rest: $0.pageKeys.makeIterator()) }
        for index in heads.indices { try Self.fill(&heads[index], from: reader) }
        self.reader = reader
        self.heads = heads
    }

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
        _ head: inout Head, from reader: borrowing RunReader
    ) throws(DatabaseError) {
        head.entries = []
        head.index = 0
        while head.entries.isEmpty, let key = head.rest.next() {
            head.entries = try reader.entries(at: key)
        }
    }
}
