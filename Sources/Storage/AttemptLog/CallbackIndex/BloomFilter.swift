/// A set of hashes that may say yes for one that it does not hold, and never no for one that it
/// does (Bloom 1970, with the double hashing of Kirsch and Mitzenmacher).
///
/// With 16 bits a hash and six probes it says yes in vain about once in a thousand times.
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

    /// Whether a stored filter may hold a hash.
    static func mayHold(_ hash: UInt64, in bytes: UnsafeRawBufferPointer) -> Bool {
        guard !bytes.isEmpty else { return true }
        var probes = Probes(hash, bits: bytes.count * 8)
        // Two at a time: a processor cannot foresee which one says no, and to guess wrong costs
        // more than to look twice.
        for _ in 0..<Self.probes / 2 {
            if isSet(probes.next(), in: bytes) & isSet(probes.next(), in: bytes) == 0 {
                return false
            }
        }
        return true
    }

    /// 1 for a bit that is set.
    private static func isSet(_ bit: Int, in bytes: UnsafeRawBufferPointer) -> UInt8 {
        bytes[bit >> 3] >> UInt8(bit & 7) & 1
    }
}

/// The bits of a filter that a hash sets.
///
/// The upper bits of the hash choose the part of a run that the filter is for, so that they are
/// nearly equal for all hashes in it: only the lower 48 count here.
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
