package import EgressPolicy

/// The proxies whose X-Forwarded-For headers are trusted: this machine and the given networks.
package struct TrustedProxies: Sendable {
    private let networks: [Network]

    package init(_ networks: [Network] = []) {
        self.networks = networks
    }

    func include(_ address: IPAddress) -> Bool {
        let address = address.unmapped
        return Self.isLoopback(address) || networks.contains { $0.contains(address) }
    }

    private static func isLoopback(_ address: IPAddress) -> Bool {
        address.isIPv4 ? address.bits >> 24 == 127 : address.bits == 1
    }
}

extension RequestHead {
    /// Whether the connection comes from a trusted proxy.
    package var isFromProxy: Bool { IPAddress(peer).map(proxies.include) ?? false }

    /// The address of the client: the peer of the connection, or the client that trusted proxies
    /// report.
    ///
    /// Each proxy appends the address that it sees to `X-Forwarded-For`. Everything before it was
    /// sent by the proxy's client. So the list is read from its end, and an address is used only if
    /// the address after it is a trusted proxy.
    package var client: String {
        guard lastHeader("x-forwarded-for") != nil else { return peer }
        var (client, address) = (peer, IPAddress(peer))
        var rest = values(of: "x-forwarded-for").joined(separator: ",")[...]
        while let known = address, proxies.include(known), !rest.isEmpty {
            let start = rest.lastIndex(of: ",").map { rest.index(after: $0) } ?? rest.startIndex
            address = Self.address(rest[start...])
            if let address { client = address.description }
            rest = rest[..<start].dropLast()
        }
        return client
    }

    /// Parses an address as proxies write it. Some add the port, and put IPv6 addresses in
    /// brackets.
    private static func address(_ text: Substring) -> IPAddress? {
        let text = text.filter { $0 != " " && $0 != "\t" }
        if let address = IPAddress(text) { return address.unmapped }
        let host: Substring
        if text.first == "[", let end = text.firstIndex(of: "]") {
            host = text[..<end].dropFirst()
        } else {
            host = text.prefix { $0 != ":" }
        }
        return IPAddress(host)?.unmapped
    }
}
