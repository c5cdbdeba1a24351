import EgressPolicy
import HTTPServer

/// Those whose attempts are counted together: an IPv4 address, or the 64 bits of IPv6 that one
/// customer of a provider has to themselves.
struct Household: Hashable {
    private let bits: UInt128
    private let isIPv4: Bool

    init(_ address: IPAddress) {
        let address = address.unmapped
        isIPv4 = address.isIPv4
        bits = isIPv4 ? address.bits : address.bits >> 64
    }
}

extension RequestHead {
    /// Nil where nobody knows who asks.
    var household: Household? { IPAddress(client).map(Household.init) }
}
