/// How to reach a mail server; fixed for the life of a session.
///
/// libcurl would reuse a connection that was made under weaker rules (CVE-2026-4873, CVE-2026-8286), so
/// there is no way to change these.
package struct SMTPOptions: Sendable {
    package enum Security: Sendable {
        case startTLS, implicitTLS, none
    }

    /// Limits of time; the standard ones are those of RFC 5321 4.5.3.2.
    package struct Timeouts: Sendable {
        /// To connect, with TLS and greeting, in milliseconds.
        package var connect = 30_000
        /// For each answer, also the last one, in seconds.
        package var response = 600

        package init() {}
    }

    /// `host:port`, with brackets around an IPv6 address.
    package var authority: String
    package var security: Security
    /// What we call ourselves in EHLO.
    package var clientName: String
    /// Certificates to trust instead of the system's.
    package var authorities: String?
    package var userName: String?
    package var password: String?
    package var timeouts = Timeouts()

    package init(authority: String, security: Security, clientName: String) {
        self.authority = authority
        self.security = security
        self.clientName = clientName
    }

    var scheme: String { security == .implicitTLS ? "smtps" : "smtp" }

    /// libcurl takes the path of the URL for the name in EHLO.
    var url: String {
        let path = clientName.utf8.map { byte in
            let character = Character(Unicode.Scalar(byte))
            let isSafe = character.isASCII && (character.isLetter || character.isNumber)
            return isSafe || "-.".contains(character) ? String(character) : Self.escaped(byte)
        }
        return "\(scheme)://\(authority)/\(path.joined())"
    }

    private static func escaped(_ byte: UInt8) -> String {
        "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
}
