/// A sorted run of index entries, in pages, with filters that each cover several pages.
///
/// As hashes are spread evenly, a hash stands as far into the run as into all numbers: that
/// tells its page and its filter.
struct IndexSegment: Hashable {
    var number: Int64
    /// Entries, for the choice of runs to be merged.
    var count: Int
    /// How many filters there are.
    var parts: Int
    /// How many pages of entries there are.
    var pages: Int

    init(number: Int64, count: Int, parts: Int, pages: Int) {
        self.number = number
        self.count = count
        self.parts = parts
        self.pages = pages
    }

    /// A run to be written.
    init(number: Int64, count: Int) {
        self.init(
            number: number, count: count, parts: 1 + count / Self.entriesPerFilter,
            pages: 1 + count / Self.entriesPerPage)
    }

    /// The filter of so many just fits into half a page, which is a whole one of older files.
    private static let entriesPerFilter = 1900
    /// So many of 16 bytes do, and nearly always the few more that a page may get by chance:
    /// to look for one in the pages of an overflow would take several times as long.
    private static let entriesPerPage = 220

    /// The key of the filter that covers a hash.
    func filter(of hash: UInt64) -> Int64 {
        key(Int64(hash.multipliedFullWidth(by: UInt64(parts)).high))
    }

    /// The first hash that the filter of another one does not cover any more; nil where it covers
    /// all that are greater.
    func endOfFilter(of hash: UInt64) -> UInt64? {
        let next = hash.multipliedFullWidth(by: UInt64(parts)).high + 1
        guard next < UInt64(parts) else { return nil }
        let (quotient, rest) = UInt64(parts).dividingFullWidth((high: next, low: 0))
        return rest == 0 ? quotient : quotient + 1
    }

    /// The key of the page that holds the entries of a hash.
    func page(of hash: UInt64) -> Int64 {
        key(Int64(hash.multipliedFullWidth(by: UInt64(pages)).high))
    }

    var pageKeys: ClosedRange<Int64> { key(0)...key(Int64(pages) - 1) }
    /// The keys that no other run has, in both tables.
    var keys: ClosedRange<Int64> { key(0)...key(1 << Self.indexBits - 1) }

    private func key(_ index: Int64) -> Int64 {
        number << Self.indexBits | index
    }

    private static let indexBits: Int64 = 24

    /// False for what only damage can have written.
    var isPlausible: Bool {
        let indices = 1..<(Int64(1) << Self.indexBits)
        return 0..<(1 << 38) ~= number && 0..<(1 << 40) ~= count && indices ~= Int64(parts)
            && indices ~= Int64(pages)
    }

    /// Runs are merged with others of their size, of which there are eight at most.
    var size: Int { (Int.bitWidth - 1 - max(1, count).leadingZeroBitCount) / 3 }

    static let fanIn = 8
    /// Larger runs are not merged any more, so that no writer waits long for a merge.
    static let largest = 1 << 18

    var isMergeable: Bool { count < Self.largest }
}
