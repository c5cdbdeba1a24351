import Glibc

/// An IP address as a number.
package struct IPAddress: Hashable, Sendable {
    /// The 32 bits of an IPv4 address or the 128 bits of an IPv6 address.
    package let bits: UInt128
    package let isIPv4: Bool

    init(bits: UInt128, isIPv4: Bool) {
        self.bits = bits
        self.isIPv4 = isIPv4
    }

    /// Creates an address from 4 or 16 bytes in network byte order. Returns nil for other sizes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        bits = bytes.reduce(0) { $0 << 8 | UInt128($1) }
        isIPv4 = bytes.count == 4
    }

    /// Parses an address: four decimal numbers, or IPv6 notation (RFC 4291 section 2.2) without
    /// zone and brackets.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self.init(bytes: Array(bytes[..<4]))
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            self.init(bytes: bytes)
        } else {
            return nil
        }
    }

    /// The number of bits.
    var width: Int { isIPv4 ? 32 : 128 }

    /// The bytes in network byte order.
    package var bytes: [UInt8] {
        stride(from: width - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: bits >> $0) }
    }
}

extension IPAddress: CustomStringConvertible {
    /// The usual text. For IPv6, the text of RFC 5952.
    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = isIPv4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "?" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
