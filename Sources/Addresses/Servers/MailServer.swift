/// A mail server and its TLS mode.
package struct MailServer: Hashable, Sendable {
    package enum Security: Hashable, Sendable {
        /// STARTTLS is required before any mail is sent.
        case startTLS
        /// Implicit TLS (`smtps`).
        case implicitTLS
        /// Clear text, only if the configuration contains `"tls": "none"`.
        case none
    }

    /// A host name or an IP address without brackets.
    package let host: String
    package let port: Int
    package let security: Security

    /// Whether the host is this machine, so that clear text cannot be intercepted.
    package var isLoopback: Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && host.isIPv4)
    }

    /// The remedy if the port is usual for the other TLS mode (RFC 8314 section 3.3), or nil.
    package var portAdvice: String? {
        switch (port, security) {
        case (465, .startTLS): "port 465 uses implicit TLS; use smtps://\(authority)"
        case (587, .implicitTLS), (25, .implicitTLS):
            "port \(port) uses STARTTLS; use smtp://\(authority)"
        default: nil
        }
    }

    /// `host:port` for URLs, with brackets around IPv6 addresses.
    package var authority: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Parses the part of the URL after the scheme and its colon.
    init(
        _ text: Substring, security: Security, hasPassword: Bool
    ) throws(MailLocationError) {
        guard text.hasPrefix("//") else { throw .noHost }
        var authority = text.dropFirst(2)
        guard !authority.contains("@") else { throw .credentials }
        if authority.hasSuffix("/") { authority.removeLast() }
        guard !authority.contains(where: { "/?#".contains($0) }) else { throw .path }
        let (host, port) = try Self.split(authority)
        self.host = try Self.host(host)
        self.port = try Self.port(port, security: security)
        self.security = security
        guard security != .none || !hasPassword || isLoopback else {
            throw .passwordInClear(host: self.host)
        }
    }

    private static func split(
        _ authority: Substring
    ) throws(MailLocationError) -> (host: Substring, port: Substring?) {
        guard authority.hasPrefix("[") else {
            let parts = authority.split(
                separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (parts[0], parts.count > 1 ? parts[1] : nil)
        }
        guard let end = authority.firstIndex(of: "]") else {
            throw .wrongHost(String(authority))
        }
        let rest = authority[authority.index(after: end)...]
        guard rest.isEmpty || rest.hasPrefix(":") else { throw .wrongHost(String(authority)) }
        return (authority[...end], rest.isEmpty ? nil : rest.dropFirst())
    }

    private static func host(_ text: Substring) throws(MailLocationError) -> String {
        guard !text.isEmpty else { throw .noHost }
        if text.hasPrefix("[") {
            let address = text.dropFirst().dropLast()
            guard address.contains(":"), address.allSatisfy({ $0.isHexDigit || ":.".contains($0) })
            else { throw .wrongHost(String(text)) }
            return address.lowercased()
        }
        if String(text).isIPv4 { return String(text) }
        do {
            return try DomainName(Array(text), allowsOneLabel: true).ascii
        } catch {
            throw .wrongHost(String(text))
        }
    }

    private static func port(
        _ text: Substring?, security: Security
    ) throws(MailLocationError) -> Int {
        guard let text else { return security == .implicitTLS ? 465 : 587 }
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(text),
            (1...65535).contains(port)
        else { throw .wrongPort(String(text)) }
        return port
    }
}

extension MailServer.Security {
    /// The values of `mail.tls` for the scheme `smtp`.
    fileprivate static let words = ["required": Self.startTLS, "none": Self.none]

    init(tls: String?) throws(MailLocationError) {
        guard let security = Self.words[tls ?? "required"] else {
            throw .unknownTLS(tls ?? "")
        }
        self = security
    }
}

extension String {
    /// Whether the text consists of four decimal numbers up to 255, separated by dots.
    fileprivate var isIPv4: Bool {
        let parts = split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                part.allSatisfy { $0.isASCII && $0.isNumber } && UInt8(part) != nil
            }
    }
}
