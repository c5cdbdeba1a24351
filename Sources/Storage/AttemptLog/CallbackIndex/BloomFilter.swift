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
