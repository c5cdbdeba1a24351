/// A sorted run of index entries, cut into parts by the upper bits of the hash.
struct CallbackRun: Hashable {
    var number: Int64
    /// Entries, for the choice of runs to be merged.
    var count: Int
    /// There are two to the power of this many parts.
    var bits: Int

    init(number: Int64, count: Int, bits: Int) {
        self.number = number
        self.count = count
        self.bits = bits
    }

    /// A run to be written, with parts that are quick to search and not too many to read.
    init(number: Int64, count: Int) {
        let parts = max(1, count / Self.entriesPerPart)
        self.init(
            number: number, count: count,
            bits: Int.bitWidth - 1 - parts.leadingZeroBitCount)
    }

    private static let entriesPerPart = 1024

    /// The part that holds the entries of a hash.
    func part(of hash: UInt64) -> Int64 {
        // A shift by all 64 bits gives 0 in Swift.
        Int64(truncatingIfNeeded: hash >> UInt64(64 - bits))
    }

    /// The key of a part in the tables.
    func key(of part: Int64) -> Int64 {
        number << Self.partBits | part
    }

    /// The keys of all its parts.
    var keys: ClosedRange<Int64> { key(of: 0)...key(of: 1 << Int64(bits) - 1) }

    private static let partBits: Int64 = 24

    /// Runs are merged with others of their size, of which there are eight at most.
    var size: Int { (Int.bitWidth - 1 - max(1, count).leadingZeroBitCount) / 3 }

    static let fanIn = 8
    /// Larger runs are not merged any more, so that no writer waits long for a merge.
    static let largest = 1 << 20

    var isMergeable: Bool { count < Self.largest }
}
