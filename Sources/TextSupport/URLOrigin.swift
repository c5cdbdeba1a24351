/// The part of a URL that may be shown. A path can contain a token, and the user information a
/// password.
package enum URLOrigin {
    /// Returns `https://monitor.example.com` for
    /// `https://user:password@monitor.example.com/ping/token`.
    package static func of(_ url: String) -> String {
        // This works on bytes for speed, because it is called for every callback.
        let bytes = Array(url.utf8)
        guard let scheme = bytes.indices.first(where: { bytes[$0...].starts(with: "://".utf8) })
        else { return "the URL" }
        let authority = bytes[(scheme + 3)...].prefix { !"/?#\\".utf8.contains($0) }
        let host = authority.lastIndex(of: UInt8(ascii: "@")).map { authority[($0 + 1)...] }
        return String(decoding: bytes[..<(scheme + 3)] + (host ?? authority), as: UTF8.self)
    }
}
