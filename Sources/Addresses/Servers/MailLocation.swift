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
    ///   - url: the URL.
    ///   - tls: the value of `mail.tls`. Nil means `required`.
    ///   - hasPassword: whether a password will be sent to the server.
    ///   - base: the directory that a relative DIRECTORY is resolved against.
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
