/// A sorted run of index entries, cut into parts of about the same size.
struct CallbackRun: Hashable {
    var number: Int64
    /// Entries, for the choice of runs to be merged.
    var count: Int
    /// How many parts there are.
    var parts: Int

    init(number: Int64, count: Int, parts: Int) {
        self.number = number
        self.count = count
        self.parts = parts
    }

    /// A run to be written.
    init(number: Int64, count: Int) {
        self.init(number: number, count: count, parts: 1 + count / Self.entriesPerPart)
    }

    /// The filter of so many just fits into a page of 4 KiB.
    private static let entriesPerPart = 1900

    /// The part that holds the entries of a hash: as hashes are spread evenly, a hash stands as
    /// far into the run as into all numbers.
    func part(of hash: UInt64) -> Int64 {
        Int64(hash.multipliedFullWidth(by: UInt64(parts)).high)
    }

    /// The key of a part in the tables.
    func key(of part: Int64) -> Int64 {
        number << Self.partBits | part
    }

    /// The keys of all its parts.
    var keys: ClosedRange<Int64> { key(of: 0)...key(of: Int64(parts) - 1) }

    private static let partBits: Int64 = 24

    /// False for what only damage can have written.
    var isPlausible: Bool {
        0..<(1 << 38) ~= number && count >= 0 && 1..<(1 << Self.partBits) ~= Int64(parts)
    }

    /// Runs are merged with others of their size, of which there are eight at most.
    var size: Int { (Int.bitWidth - 1 - max(1, count).leadingZeroBitCount) / 3 }

    static let fanIn = 8
    /// Larger runs are not merged any more, so that no writer waits long for a merge.
    static let largest = 1 << 18

    var isMergeable: Bool { count < Self.largest }
}
