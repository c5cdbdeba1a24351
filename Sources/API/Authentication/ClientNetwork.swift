import EgressPolicy
import HTTPServer

/// A group of clients whose failed attempts are counted together: an IPv4 address, or an IPv6 /64,
/// which providers assign to one customer.
struct ClientNetwork: Hashable {
    private let bits: UInt128
    private let isIPv4: Bool

    init(_ address: IPAddress) {
        let address = address.unmapped
        isIPv4 = address.isIPv4
        bits = isIPv4 ? address.bits : address.bits >> 64
    }
}

extension RequestHead {
    /// The network of the client, or nil if its address is unknown.
    var clientNetwork: ClientNetwork? { IPAddress(client).map(ClientNetwork.init) }
}
