import TextSupport

/// The destination of mail: the value of `mail.url`.
package enum MailLocation: Equatable, Sendable {
    case server(MailServer)
    /// A Maildir. The path is absolute or relative to the process's working directory.
    case directory(String)

    /// Parses `smtp://host:port`, `smtps://host:port` or `file:DIRECTORY`.
    ///
    /// The default port is 587 for `smtp` and 465 for `smtps` (RFC 8314).
    ///
    /// - Parameters:
    ///   - url: The URL.
    ///   - tls: The value of `mail.tls`. Nil means `required`.
    ///   - hasPassword: Whether a password will be sent to the server.
    ///   - base: The directory that a relative DIRECTORY is resolved against.
    /// - Throws: ``MailLocationError``. It never contains credentials from the URL.
    package init(
        parsing url: String, tls: String?, hasPassword: Bool, relativeTo base: String
    ) throws(MailLocationError) {
        guard !url.contains(where: \.isControl) else { throw .controlCharacter }
        guard let colon = url.firstIndex(of: ":") else { throw .unknownScheme(url.withoutSecrets) }
        let rest = url[url.index(after: colon)...]
        switch url[..<colon].lowercased() {
        case "file":
            self = .directory(try Self.path(String(rest), relativeTo: base))
        case "smtp":
            let security = try MailServer.Security(tls: tls)
            self = .server(try MailServer(rest, security: security, hasPassword: hasPassword))
        case "smtps":
            guard tls != "none" else { throw .contradictoryTLS }
            _ = try MailServer.Security(tls: tls)
            self = .server(try MailServer(rest, security: .implicitTLS, hasPassword: hasPassword))
        default:
            throw .unknownScheme(url.withoutSecrets)
        }
    }

    /// Parses `file:mail`, `file:/var/mail` or `file:///var/mail`. A host is not allowed.
    private static func path(
        _ text: String, relativeTo base: String
    ) throws(MailLocationError) -> String {
        var path = Substring(text)
        if path.hasPrefix("//") {
            path = path.dropFirst(2)
            guard path.hasPrefix("/") else { throw .hostInFile }
        }
        guard !path.isEmpty else { throw .noDirectory }
        if path.hasPrefix("/") || base.isEmpty { return String(path) }
        return base.hasSuffix("/") ? base + path : base + "/" + path
    }
}

extension String {
    /// The text without a possible user name and password.
    fileprivate var withoutSecrets: String {
        guard let at = lastIndex(of: "@") else { return self }
        return "…" + self[at...]
    }
}

/// An error in `mail.url` or `mail.tls`.
package enum MailLocationError: Error, Equatable, Sendable {
    case unknownScheme(String)
    case controlCharacter
    case credentials
    case noHost
    case wrongHost(String)
    case wrongPort(String)
    case path
    case noDirectory
    case hostInFile
    case unknownTLS(String)
    case contradictoryTLS
    case passwordInClear(host: String)

    /// Whether the error is in `mail.tls` and not in `mail.url`.
    package var concernsTLS: Bool {
        switch self {
        case .unknownTLS, .contradictoryTLS, .passwordInClear: true
        default: false
        }
    }
}

extension MailLocationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownScheme(let url):
            "'\(url)' is not the URL of a mail server or Maildir; use smtp://host:port, "
                + "smtps://host:port or file:DIRECTORY"
        case .controlCharacter: "a control character in the URL; remove it"
        case .credentials:
            "credentials in the URL; use 'username' and 'passwordFile' or 'passwordEnvironment'"
        case .noHost: "no host; write smtp://host:port"
        case .wrongHost(let host):
            "'\(host)' is not a valid host name or address; IPv6 addresses need brackets: [::1]"
        case .wrongPort(let port): "'\(port)' is not a valid port; use a number from 1 to 65535"
        case .path: "unexpected text after the host and port; remove it"
        case .noDirectory: "no directory; write file:DIRECTORY"
        case .hostInFile: "a host in a file URL; write file:DIRECTORY or file:///DIRECTORY"
        case .unknownTLS(let value): "unknown value '\(value)'; use 'required' or 'none'"
        case .contradictoryTLS: "'none' contradicts smtps://; remove it or use smtp://"
        case .passwordInClear(let host):
            "'none' would send the password to \(host) in clear text; remove it, or the password"
        }
    }
}

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
