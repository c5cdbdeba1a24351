import ControlCharacters

/// Where mail goes: the value of `mail.url`.
package enum MailLocation: Equatable, Sendable {
    case server(MailServer)
    /// A Maildir, as an absolute path or one relative to the process's directory.
    case directory(String)

    /// Reads `smtp://host:port`, `smtps://host:port` or `file:DIRECTORY`.
    ///
    /// Without a port, `smtp` means 587 and `smtps` 465 (RFC 8314).
    /// - Parameters:
    ///   - tls: the value of `mail.tls`; nil means that it is absent, which is `required`.
    ///   - hasPassword: whether a password will be sent to the server.
    ///   - base: the directory that a relative DIRECTORY is taken from.
    /// - Throws: ``MailLocationError``; it never holds credentials that stood in the URL.
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

    /// `file:mail`, `file:/var/mail` and `file:///var/mail`; a host has no meaning here.
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
    /// The text up to what may be a user and password.
    fileprivate var withoutSecrets: String {
        guard let at = lastIndex(of: "@") else { return self }
        return "…" + self[at...]
    }
}
