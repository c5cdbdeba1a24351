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
