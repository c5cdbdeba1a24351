/// UUIDs that nobody can guess, as text; https://www.rfc-editor.org/rfc/rfc9562.
///
/// Foundation's opens a file of the system for each of its own.
package enum RandomUUID {
    /// Of version 4: 122 random bits.
    package static func make() -> String {
        text(high: bits(), low: bits(), version: 4)
    }

    /// Of version 7: the time, and 74 random bits after it.
    ///
    /// Those that are made one after the other stand beside each other in an index, so that a
    /// commit of many changes few of its pages.
    ///
    /// - Parameter milliseconds: since the Unix epoch.
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
                    text[index] = hexadecimal(UInt8(rest.0 >> 60))
                    rest = (rest.0 << 4 | rest.1 >> 60, rest.1 << 4)
                }
            }
            return 36
        }
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit
    }
}
