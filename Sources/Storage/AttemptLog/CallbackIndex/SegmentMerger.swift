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
        /// The number of entries that were read so far.
        var count = 0

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

    /// Whether each segment has as many entries as it claims. For use after the last entry.
    var areCounted: Bool { heads.allSatisfy { $0.count == $0.run.count } }

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
            head.count += head.entries.count
        }
        guard head.isChecked, head.areFound else { return }
        head.areFound = try reader.finds(head.entries, in: head.run)
    }
}

/// A sorted run of index entries in pages, with filters that each cover several pages.
///
/// Hashes are evenly distributed, so the value of a hash determines its page and its filter.
struct IndexSegment: Hashable {
    var number: Int64
    /// The number of entries, which determines what is merged.
    var count: Int
    /// The number of filters.
    var parts: Int
    /// The number of pages of entries.
    var pages: Int

    init(number: Int64, count: Int, parts: Int, pages: Int) {
        self.number = number
        self.count = count
        self.parts = parts
        self.pages = pages
    }

    /// Creates a segment that will be written.
    init(number: Int64, count: Int) {
        self.init(
            number: number, count: count, parts: 1 + count / Self.entriesPerFilter,
            pages: 1 + count / Self.entriesPerPage)
    }

    /// A filter with this many entries just fits into half a database page, or a whole one in older
    /// files.
    private static let entriesPerFilter = 1900
    /// With this many entries of 16 bytes, a page nearly always fits into a database page, even if
    /// it gets some more by chance. Reading overflow pages would take several times as long.
    private static let entriesPerPage = 220

    /// Returns the key of the filter that covers a hash.
    func filter(of hash: UInt64) -> Int64 {
        key(Int64(hash.multipliedFullWidth(by: UInt64(parts)).high))
    }

    /// Returns the first hash that the filter of `hash` does not cover, or `nil` if it covers
    /// all greater hashes.
    func endOfFilter(of hash: UInt64) -> UInt64? {
        let next = hash.multipliedFullWidth(by: UInt64(parts)).high + 1
        guard next < UInt64(parts) else { return nil }
        let (quotient, rest) = UInt64(parts).dividingFullWidth((high: next, low: 0))
        return rest == 0 ? quotient : quotient + 1
    }

    /// Returns the key of the page that contains the entries of a hash.
    func page(of hash: UInt64) -> Int64 {
        key(Int64(hash.multipliedFullWidth(by: UInt64(pages)).high))
    }

    var pageKeys: ClosedRange<Int64> { key(0)...key(Int64(pages) - 1) }
    /// The keys that belong to this segment in both tables.
    var keys: ClosedRange<Int64> { key(0)...key(1 << Self.indexBits - 1) }

    private func key(_ index: Int64) -> Int64 {
        number << Self.indexBits | index
    }

    private static let indexBits: Int64 = 24

    /// Whether the values are valid. Only damage can cause others.
    var isPlausible: Bool {
        let indices = 1..<(Int64(1) << Self.indexBits)
        return 0..<(1 << 38) ~= number && 0..<(1 << 40) ~= count && indices ~= Int64(parts)
            && indices ~= Int64(pages)
    }

    /// The size class. At most eight segments have the same one.
    var size: Int { (Int.bitWidth - 1 - max(1, count).leadingZeroBitCount) / 3 }

    static let fanIn = 8
    /// Larger segments are not merged, so that no writer waits long for a merge.
    static let largest = 1 << 18

    var isMergeable: Bool { count < Self.largest }
}

/// Looks up hashes in segments.
struct SegmentReader: ~Copyable {
    private let filters: Statement
    private let entries: Statement

    init(_ database: Database) throws(StorageError) {
        let filters = try database.prepare(
            "SELECT key, bits FROM segment_filters WHERE key BETWEEN ? AND ? ORDER BY key")
        let entries = try database.prepare("SELECT entries FROM segment_entries WHERE key = ?")
        self.filters = filters
        self.entries = entries
    }

    /// Adds the entries of hashes in a segment to `found`. The hashes must be in ascending order.
    func find(
        _ hashes: [UInt64], in run: IndexSegment, into found: inout [IndexEntry]
    ) throws(StorageError) {
        defer { filters.reset() }
        var rest = hashes[...]
        var filter = Int64.min
        var candidates: [UInt64] = []
        while let first = rest.first {
            let key = run.filter(of: first)
            let covered = run.endOfFilter(of: first).map { end in rest.prefix { $0 < end } } ?? rest
            rest = rest[covered.endIndex...]
            filter = try moveFilters(from: filter, to: key, in: run)
            if filter == key { sift(covered, into: &candidates) }
        }
        try look(for: candidates, in: run, into: &found)
    }

    /// Returns whether lookups find exactly the entries of a page.
    ///
    /// An entry that its filter excludes, or that is in the wrong page for its hash, cannot be
    /// found.
    func finds(_ page: [IndexEntry], in run: IndexSegment) throws(StorageError) -> Bool {
        var found: [IndexEntry] = []
        found.reserveCapacity(page.count)
        try find(page.map(\.hash), in: run, into: &found)
        return found == page
    }

    /// Adds the entries of hashes in ascending order, without consulting filters.
    private func look(
        for hashes: [UInt64], in run: IndexSegment, into found: inout [IndexEntry]
    ) throws(StorageError) {
        var page: Int64?
        var entries: [IndexEntry] = []
        for hash in hashes {
            if page != run.page(of: hash) { entries = try self.entries(at: run.page(of: hash)) }
            page = run.page(of: hash)
            found += entries.places(of: hash)
        }
    }

    /// Advances to the first filter of a segment at or after a key, and returns its key.
    ///
    /// - Parameter current: The key of the current filter.
    private func moveFilters(
        from current: Int64, to key: Int64, in run: IndexSegment
    ) throws(StorageError) -> Int64 {
        var current = current
        if current < key - Self.fewFilters {
            filters.reset()
            filters.bind(key, at: 1)
            filters.bind(run.keys.upperBound, at: 2)
            current = .min
        }
        while current < key { current = try filters.step() ? filters.integer(0) : .max }
        return current
    }

    /// Stepping over this many filters takes no longer than searching for the next one.
    private static let fewFilters: Int64 = 3

    /// Returns the entries of a page, or an empty array.
    func entries(at key: Int64) throws(StorageError) -> [IndexEntry] {
        entries.bind(key, at: 1)
        guard try entries.step() else { return [] }
        let found = entries.withBlob(0) { [IndexEntry](encoded: $0) }
        entries.reset()
        return found
    }

    /// Adds the hashes that the current filter does not exclude, each once.
    private func sift(_ hashes: ArraySlice<UInt64>, into candidates: inout [UInt64]) {
        filters.withBlob(1) { bits in
            for hash in hashes where BloomFilter.mightContain(hash, in: bits) {
                if candidates.last != hash { candidates.append(hash) }
            }
        }
    }
}

/// A set of hashes with false positives but without false negatives (Bloom 1970, with the double
/// hashing of Kirsch and Mitzenmacher).
///
/// With 16 bits per hash and six probes, about one in a thousand answers is a false positive.
struct BloomFilter {
    private(set) var bytes: [UInt8]

    init(_ entries: some Collection<IndexEntry>) {
        bytes = Array(repeating: 0, count: max(8, entries.count * Self.bitsPerEntry / 8))
        for entry in entries {
            var probes = Probes(entry.hash, bits: bytes.count * 8)
            for _ in 0..<Self.probes {
                let bit = probes.next()
                bytes[bit / 8] |= 1 << UInt8(bit % 8)
            }
        }
    }

    private static let bitsPerEntry = 16
    private static let probes = 6

    /// Returns whether a stored filter may contain a hash.
    static func mightContain(_ hash: UInt64, in bytes: UnsafeRawBufferPointer) -> Bool {
        guard !bytes.isEmpty else { return true }
        var probes = Probes(hash, bits: bytes.count * 8)
        // Two at a time: the processor cannot predict which probe fails, and a wrong prediction
        // costs more than a second probe.
        for _ in 0..<Self.probes / 2 {
            if isSet(probes.next(), in: bytes) & isSet(probes.next(), in: bytes) == 0 {
                return false
            }
        }
        return true
    }

    /// Returns 1 if the bit is set.
    private static func isSet(_ bit: Int, in bytes: UnsafeRawBufferPointer) -> UInt8 {
        bytes[bit >> 3] >> UInt8(bit & 7) & 1
    }
}

/// The bits of a filter that a hash sets.
///
/// The upper bits of the hash select the filter within a segment, so they are nearly equal for all
/// hashes in it. Only the lower 48 bits are used here.
private struct Probes {
    private var probe: UInt64
    private let step: UInt64
    private let bits: UInt64

    init(_ hash: UInt64, bits: Int) {
        probe = hash & 0xFFFF_FFFF
        step = ((hash >> 16) & 0xFFFF_FFFF) | 1
        self.bits = UInt64(bits)
    }

    mutating func next() -> Int {
        defer { probe = (probe &+ step) & 0xFFFF_FFFF }
        return Int(truncatingIfNeeded: (probe &* bits) >> 32)
    }
}
