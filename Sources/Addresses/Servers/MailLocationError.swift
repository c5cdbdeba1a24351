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
