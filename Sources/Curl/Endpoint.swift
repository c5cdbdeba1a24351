/// The part of a URL that may be shown: a path can hold a token, what stands before `@` a password.
package enum Endpoint {
    /// `https://monitor.example.com` of `https://user:password@monitor.example.com/ping/token`.
    package static func of(_ url: String) -> String {
        // By bytes, for it is asked for with every callback.
        let bytes = Array(url.utf8)
        guard let scheme = bytes.indices.first(where: { bytes[$0...].starts(with: "://".utf8) })
        else { return "the URL" }
        let authority = bytes[(scheme + 3)...].prefix { !"/?#\\".utf8.contains($0) }
        let host = authority.lastIndex(of: UInt8(ascii: "@")).map { authority[($0 + 1)...] }
        return String(decoding: bytes[..<(scheme + 3)] + (host ?? authority), as: UTF8.self)
    }
}
