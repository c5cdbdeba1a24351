/// A set of hashes that may say yes for one that it does not hold, and never no for one that it
/// does (Bloom 1970, with the double hashing of Kirsch and Mitzenmacher).
///
/// With 16 bits a hash and six probes it says yes in vain about once in a thousand times.
struct BloomFilter {
    private(set) var bytes: [UInt8]

    init(_ entries: some Collection<IndexEntry>) {
        bytes = Array(repeating: 0, count: max(8, entries.count * Self.bitsPerEntry / 8))
        for entry in entries {
            for bit in Probes(entry.hash, bits: bytes.count * 8) {
                bytes[bit / 8] |= 1 << UInt8(bit % 8)
            }
        }
    }

    private static let bitsPerEntry = 16

    /// Whether a stored filter may hold a hash.
    static func mayHold(_ hash: UInt64, in bytes: UnsafeRawBufferPointer) -> Bool {
        guard !bytes.isEmpty else { return true }
        for bit in Probes(hash, bits: bytes.count * 8) {
            if bytes[bit / 8] & (1 << UInt8(bit % 8)) == 0 { return false }
        }
        return true
    }
}

/// The bits of a filter that a hash sets.
///
/// The upper bits of the hash choose the part of a run that the filter is for, so that they are
/// nearly equal for all hashes in it: only the lower 48 count here.
private struct Probes: Sequence, IteratorProtocol {
    private var probe: UInt64
    private let step: UInt64
    private let bits: UInt64
    private var left = 6

    init(_ hash: UInt64, bits: Int) {
        probe = hash & 0xFFFF_FFFF
        step = ((hash >> 16) & 0xFFFF_FFFF) | 1
        self.bits = UInt64(bits)
    }

    mutating func next() -> Int? {
        guard left > 0 else { return nil }
        left -= 1
        defer { probe = (probe &+ step) & 0xFFFF_FFFF }
        return Int((probe &* bits) >> 32)
    }
}
