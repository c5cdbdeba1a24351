import Addresses
import Testing

@Suite struct MailLocationTests {
    struct Case: CustomTestStringConvertible {
        let url: String
        var tls: String?
        var hasPassword = false
        let result: String

        var testDescription: String { "\(url) \(tls ?? "")" }
    }

    private func server(_ example: Case) throws -> MailServer {
        let location = try MailLocation(
            parsing: example.url, tls: example.tls, hasPassword: example.hasPassword,
            relativeTo: "/etc/reports")
        guard case .server(let server) = location else { throw MailLocationError.noHost }
        return server
    }

    @Test(
        "a server URL has a host, a port and a TLS mode",
        arguments: [
            Case(url: "smtp://mail.example.com:25", result: "mail.example.com:25 startTLS"),
            Case(url: "smtp://mail.example.com", result: "mail.example.com:587 startTLS"),
            Case(
                url: "SMTP://Mail.Example.COM/", tls: "required",
                result: "mail.example.com:587 startTLS"),
            Case(url: "smtps://mail.example.com", result: "mail.example.com:465 implicitTLS"),
            Case(url: "smtp://relay:25", tls: "none", result: "relay:25 none"),
            Case(
                url: "smtp://127.0.0.1:1025", tls: "none", hasPassword: true,
                result: "127.0.0.1:1025 none"),
            Case(
                url: "smtp://[::1]:1025", tls: "none", hasPassword: true, result: "[::1]:1025 none"),
            Case(url: "smtps://[2001:DB8::1]", result: "[2001:db8::1]:465 implicitTLS"),
            Case(url: "smtp://bücher.de", result: "xn--bcher-kva.de:587 startTLS"),
        ])
    func servers(_ example: Case) throws {
        let server = try server(example)
        #expect("\(server.authority) \(server.security)" == example.result)
    }

    @Test(
        "a file URL has a directory",
        arguments: [
            ("file:mail", "/etc/reports/mail"), ("file:/var/mail", "/var/mail"),
            ("file:///var/mail", "/var/mail"), ("file:./mail", "/etc/reports/./mail"),
        ])
    func directories(url: String, path: String) throws {
        let location = try MailLocation(
            parsing: url, tls: nil, hasPassword: false, relativeTo: "/etc/reports")
        #expect(location == .directory(path))
    }

    @Test(
        "an invalid URL has a remedy",
        arguments: [
            Case(
                url: "mail.example.com",
                result:
                    "'mail.example.com' is not the URL of a mail server or Maildir; use smtp://host:port, "
                    + "smtps://host:port or file:DIRECTORY"),
            Case(
                url: "http://u:canary@mail.example.com",
                result:
                    "'…@mail.example.com' is not the URL of a mail server or Maildir; use smtp://host:port, "
                    + "smtps://host:port or file:DIRECTORY"),
            Case(
                url: "smtp://u:canary@mail.example.com",
                result: "credentials in the URL; use 'username' and 'passwordFile' or "
                    + "'passwordEnvironment'"),
            Case(url: "smtp://", result: "no host; write smtp://host:port"),
            Case(url: "smtp:mail", result: "no host; write smtp://host:port"),
            Case(
                url: "smtp://x.org:0",
                result: "'0' is not a valid port; use a number from 1 to 65535"),
            Case(
                url: "smtp://x.org:+25",
                result: "'+25' is not a valid port; use a number from 1 to 65535"),
            Case(
                url: "smtp://x.org:70000",
                result: "'70000' is not a valid port; use a number from 1 to 65535"),
            Case(
                url: "smtp://x.org/path",
                result: "unexpected text after the host and port; remove it"),
            Case(
                url: "smtp://x.org?a", result: "unexpected text after the host and port; remove it"),
            Case(
                url: "smtp://::1:25", result: "no host; write smtp://host:port"),
            Case(
                url: "smtp://[::1:25",
                result:
                    "'[::1:25' is not a valid host name or address; IPv6 addresses need brackets: [::1]"
            ),
            Case(
                url: "smtp://a_b.org",
                result:
                    "'a_b.org' is not a valid host name or address; IPv6 addresses need brackets: [::1]"
            ),
            Case(url: "smtp://x.org\r\n", result: "a control character in the URL; remove it"),
            Case(url: "file:", result: "no directory; write file:DIRECTORY"),
            Case(
                url: "file://host/mail",
                result: "a host in a file URL; write file:DIRECTORY or file:///DIRECTORY"),
            Case(
                url: "smtp://x.org", tls: "maybe",
                result: "unknown value 'maybe'; use 'required' or 'none'"),
            Case(
                url: "smtps://x.org", tls: "none",
                result: "'none' contradicts smtps://; remove it or use smtp://"),
            Case(
                url: "smtp://x.org", tls: "none", hasPassword: true,
                result:
                    "'none' would send the password to x.org in clear text; remove it, or the password"
            ),
            Case(
                url: "smtp://127.evil.org", tls: "none", hasPassword: true,
                result:
                    "'none' would send the password to 127.evil.org in clear text; remove it, or the password"
            ),
        ])
    func errors(_ example: Case) throws {
        let error = try #require(throws: MailLocationError.self) { _ = try server(example) }
        #expect(error.description == example.result)
    }
}
