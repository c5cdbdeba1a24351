import TextSupport

/// The options of an SMTP session. They cannot be changed afterwards.
///
/// libcurl could reuse a connection that was opened under weaker rules (CVE-2026-4873,
/// CVE-2026-8286).
package struct SMTPOptions: Sendable {
    package enum Security: Sendable {
        case startTLS, implicitTLS, none
    }

    /// Timeouts. The defaults are those of RFC 5321 section 4.5.3.2.
    package struct Timeouts: Sendable {
        /// The timeout for connection, TLS handshake and greeting, in milliseconds.
        package var connect = 30_000
        /// The timeout for each reply, including the last one, in seconds.
        package var response = 600

        package init() {}
    }

    /// `host:port`, with brackets around IPv6 addresses.
    package var authority: String
    package var security: Security
    /// The host name for EHLO.
    package var clientName: String
    /// A file with CA certificates to trust instead of the system's.
    package var caFile: String?
    package var userName: String?
    package var password: String?
    package var timeouts = Timeouts()

    package init(authority: String, security: Security, clientName: String) {
        self.authority = authority
        self.security = security
        self.clientName = clientName
    }

    var scheme: String { security == .implicitTLS ? "smtps" : "smtp" }

    /// The URL. libcurl uses its path as the name for EHLO.
    var url: String {
        "\(scheme)://\(authority)/\(PercentEncoding.encoded(clientName))"
    }
}
