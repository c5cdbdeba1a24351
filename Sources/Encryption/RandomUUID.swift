import TextSupport

/// Random UUIDs as text. See https://www.rfc-editor.org/rfc/rfc9562.
///
/// Foundation's implementation opens a system file for each UUID.
package enum RandomUUID {
    /// Returns a UUID of version 4, which has 122 random bits.
    package static func make() -> String {
        text(high: bits(), low: bits(), version: 4)
    }

    /// Returns a UUID of version 7: the time and 74 random bits.
    ///
    /// Consecutive UUIDs are adjacent in an index, so that a commit with many of them changes few
    /// pages.
    ///
    /// - Parameter milliseconds: The milliseconds since the Unix epoch.
    package static func make(milliseconds: Int64) -> String {
        text(
            high: UInt64(truncatingIfNeeded: milliseconds) << 16 | bits() & 0xFFFF, low: bits(),
            version: 7)
    }

    private static func bits() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }

    private static func text(high: UInt64, low: UInt64, version: UInt64) -> String {
        let high = high & ~0xF000 | version << 12
        let low = low & ~(3 << 62) | 2 << 62
        return String(unsafeUninitializedCapacity: 36) { text in
            var rest = (high, low)
            for index in 0..<36 {
                switch index {
                case 8, 13, 18, 23: text[index] = UInt8(ascii: "-")
                default:
                    text[index] = UInt8(rest.0 >> 60).hexadecimalDigit()
                    rest = (rest.0 << 4 | rest.1 >> 60, rest.1 << 4)
                }
            }
            return 36
        }
    }
}
