import DeliveryLog
import TestSupport
import Testing

@testable import Storage

@Suite struct NumberedKeyTests {
    /// Counts around the threshold of the radix sort, and masks of the differing bits.
    @Test(
        arguments: [0, 1, 2, 255, 256, 257, 5000],
        [0, 0x3, 0xFF00, 0xF0_0000_0F00, .max as UInt64])
    func sortIsStableByKey(count: Int, mask: UInt64) {
        var random = SeededRandom(seed: UInt64(count) ^ mask)
        let common = UInt64.random(in: 0 ... .max, using: &random) & ~mask
        let keys = (0..<count).map { _ in
            common | (UInt64.random(in: 0 ... .max, using: &random) & mask)
        }
        var sorted = keys.indices.map { NumberedKey(key: 0, number: $0) }
        sorted.sort { keys[$0] }
        let expected = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
        #expect(sorted.map(\.number) == expected)
        #expect(sorted.map(\.key) == expected.map { keys[$0] })
    }
}
