import Curl

/// The scheme, host and port of a URL, which contain no placeholders.
///
/// International hosts are converted to ASCII here, so that creating, testing, checking and sending
/// a callback use the same name.
struct URLAuthority {
    /// The scheme, host and port.
    let origin: String
    /// The host in ASCII, without the brackets of an IPv6 address.
    let host: String
    /// The rest of the URL: path, query and fragment.
    let rest: String

    init(startOf text: String) throws(URLFault) {
        guard let scheme = Self.schemes.first(where: { text.prefix($0.count).lowercased() == $0 })
        else { throw .scheme }
        let behind = text.dropFirst(scheme.count)
        let authority = behind.prefix { !"/?#".contains($0) }
        try Self.check(authority)
        let (written, port) = Self.divided(authority)
        let host = try Self.host(written)
        guard Self.isPort(port) else { throw .port }
        origin = scheme + host + port
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : String(host)
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

    private static func host(_ written: Substring) throws(URLFault) -> String {
        let host: String
        do throws(HostName.Failure) {
            host = try HostName.ascii(String(written))
        } catch {
            throw .international(reason: error.description)
        }
        guard isHost(host) else { throw .host }
        return host
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

/// An error that prevents callbacks from being sent to a URL.
package enum URLFault: Error, Hashable, Sendable {
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
