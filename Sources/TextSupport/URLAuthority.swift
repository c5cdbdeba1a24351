/// The scheme, host and port at the start of an `http` or `https` URL.
///
/// Programs read some URLs differently: RFC 3986, the WHATWG standard and libcurl disagree on
/// backslashes, user names, control characters and escapes before the path. A check of the host
/// would then be about another host than the one that is connected to. This parser rejects all of
/// them. ``origin`` and ``rest`` are the parts of the URL to send, so that libcurl receives exactly
/// what was checked.
package struct URLAuthority: Hashable, Sendable {
    /// The scheme in lowercase, the host and the port.
    package let origin: String
    /// The host in ASCII, without the brackets of an IPv6 address.
    package let host: String
    /// The rest of the URL: path, query and fragment. It is empty or begins with `/`, `?` or `#`.
    package let rest: String

    /// Parses the start of a URL.
    ///
    /// - Parameters:
    ///   - text: The URL.
    ///   - ascii: Converts an international host to ASCII. The result is validated like a host that
    ///     was given in ASCII. Without it, such hosts are rejected.
    package init(
        startOf text: String, ascii: (String) throws(URLFault) -> String = { $0 }
    ) throws(URLFault) {
        guard let scheme = Self.schemes.first(where: { text.prefix($0.count).lowercased() == $0 })
        else { throw .scheme }
        let behind = text.dropFirst(scheme.count)
        let authority = behind.prefix { !"/?#".contains($0) }
        try Self.check(authority)
        let (written, port) = Self.divided(authority)
        let host = try ascii(String(written))
        guard Self.isHost(host) else { throw .host }
        guard Self.isPort(port) else { throw .port }
        origin = scheme + host + port
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        rest = String(behind[authority.endIndex...])
    }

    private static let schemes = ["http://", "https://"]

    private static func check(_ authority: Substring) throws(URLFault) {
        guard !authority.isEmpty else { throw .host }
        guard !authority.contains("@") else { throw .user }
        guard !authority.contains(where: { "<{".contains($0) }) else { throw .placeholder }
    }

    /// Splits the host and the port. The port includes its colon and is empty if there is none.
    private static func divided(_ authority: Substring) -> (host: Substring, port: Substring) {
        let start = authority.lastIndex(of: "]") ?? authority.startIndex
        guard let colon = authority[start...].firstIndex(of: ":") else { return (authority, "") }
        return (authority[..<colon], authority[colon...])
    }

    /// Whether the text is a name, an IPv4 address, or an IPv6 address in brackets.
    private static func isHost(_ host: String) -> Bool {
        if host.hasPrefix("[") {
            return host.wholeMatch(of: #/\[[0-9A-Fa-f:.]+\]/#) != nil
        }
        return !host.isEmpty && host.utf8.count <= 253
            && host.utf8.allSatisfy { $0.isUnreserved && $0 != UInt8(ascii: "~") }
    }

    private static func isPort(_ port: Substring) -> Bool {
        guard !port.isEmpty else { return true }
        let digits = port.dropFirst()
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        return Int(digits).map { (1...65535).contains($0) } ?? false
    }
}

/// Why a URL cannot be used.
package enum URLFault: Error, Hashable, Sendable {
    /// The URL does not begin with `http://` or `https://`.
    case scheme
    case host
    /// The host is not ASCII and cannot be converted.
    case international(reason: String)
    case port
    /// The URL contains a user name or password.
    case user
    /// The host or port contains a placeholder.
    case placeholder
}
