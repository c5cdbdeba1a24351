import Glibc

/// An IP address as the number that it is.
package struct IPAddress: Hashable, Sendable {
    /// The 32 bits of IPv4, or the 128 of IPv6.
    package let bits: UInt128
    package let isIPv4: Bool

    init(bits: UInt128, isIPv4: Bool) {
        self.bits = bits
        self.isIPv4 = isIPv4
    }

    /// An address of 4 or 16 bytes in network order; nil for any other number of them.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        bits = bytes.reduce(0) { $0 << 8 | UInt128($1) }
        isIPv4 = bytes.count == 4
    }

    /// An address in its usual text: four decimal numbers, or RFC 4291 2.2; no zone, no brackets.
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

    /// How many bits it has.
    var width: Int { isIPv4 ? 32 : 128 }

    /// Network order.
    package var bytes: [UInt8] {
        stride(from: width - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: bits >> $0) }
    }
}

extension IPAddress: CustomStringConvertible {
    /// The usual text, for IPv6 that of RFC 5952.
    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = isIPv4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "?" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
