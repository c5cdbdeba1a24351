import HTTPServer

extension RequestHead {
    /// Who asks: the other side of the connection, or whom a proxy on this machine speaks for.
    ///
    /// A proxy puts the address it sees behind those that its client claims, so only the last one
    /// of `X-Forwarded-For` counts. From any other machine the header is not believed.
    package var client: String {
        guard peer == "::1" || peer.hasPrefix("127."),
            let named = lastHeader("x-forwarded-for")?.split(separator: ",").last
        else { return peer }
        let address = String(named).filter { $0 != " " }
        let isPlain = address.utf8.allSatisfy { byte in
            (0x30...0x3A).contains(byte) || (0x61...0x66).contains(byte | 0x20) || byte == 0x2E
        }
        return isPlain && (2...45).contains(address.utf8.count) ? address : peer
    }

    /// Those whose attempts are counted together: an IPv4 address, or the network of an IPv6 one.
    var household: String {
        let client = client
        guard client.utf8.contains(UInt8(ascii: ":")) else { return client }
        return client.split(separator: ":", omittingEmptySubsequences: false).prefix(4)
            .joined(separator: ":")
    }
}
