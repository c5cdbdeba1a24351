import Mail
import TestSupport
import Testing

/// Tests that no mail or password is sent without the required TLS.
@Suite struct SMTPSecurityTests {
    private static let password = "canary-Pa55"

    private func deliver(
        to server: TLSServer, scheme: String = "smtp", caFile: String?
    ) throws -> DeliveryResult {
        let transport = try SMTPCase.transport(
            "\(scheme)://localhost:\(server.port)", password: Self.password, caFile: caFile)
        return transport.deliver(
            SMTPCase.message, from: "a@example.com", to: "b@example.com", beforeFinalDot: { true })
    }

    private func expectNothing(
        _ result: DeliveryResult, from server: TLSServer, but lines: [String]
    ) throws {
        guard case .misconfigured = result else { return #expect(Bool(false), "\(result)") }
        #expect(!"\(result)".contains("canary"))
        #expect(try server.lines().map(\.text) == lines)
    }

    @Test("mail and login use STARTTLS")
    func startTLS() throws {
        let server = try TLSServer("starttls")
        let result = try deliver(to: server, caFile: server.certificate)
        #expect(result.summary == "accepted end of data: 250 2.0.0 queued")
        let lines = try server.lines()
        #expect(
            lines.map(\.isEncrypted)
                == lines.map { line in
                    lines.firstIndex(of: line).map { $0 > 1 } ?? false
                })
        #expect(lines.prefix(3).map(\.text.verb) == ["EHLO", "STARTTLS", "EHLO"])
    }

    @Test("mail and login use implicit TLS")
    func implicitTLS() throws {
        let server = try TLSServer("smtps")
        let result = try deliver(to: server, scheme: "smtps", caFile: server.certificate)
        #expect(result.summary == "accepted end of data: 250 2.0.0 queued")
        #expect(try server.lines().map(\.isEncrypted).contains(false) == false)
    }

    @Test("only EHLO is sent if the server lacks STARTTLS")
    func noStartTLS() throws {
        let server = try TLSServer("plain")
        let result = try deliver(to: server, caFile: server.certificate)
        try expectNothing(result, from: server, but: ["EHLO client.example.com"])
    }

    @Test("nothing is sent to a server with an untrusted certificate")
    func unknownAuthority() throws {
        let server = try TLSServer("starttls")
        let result = try deliver(to: server, caFile: nil)
        try expectNothing(result, from: server, but: ["EHLO client.example.com", "STARTTLS"])
    }

    @Test("nothing is sent to a server with a certificate of another CA")
    func wrongAuthority() throws {
        let other = try TemporaryDirectory()
        try TLSServer.makeCertificate(for: "localhost", in: other)
        let server = try TLSServer("starttls")
        let result = try deliver(to: server, caFile: other.path(of: "cert.pem"))
        try expectNothing(result, from: server, but: ["EHLO client.example.com", "STARTTLS"])
    }

    @Test(
        "nothing is sent to a server with a certificate of another host",
        arguments: ["smtp", "smtps"])
    func wrongHost(scheme: String) throws {
        let server = try TLSServer(scheme == "smtp" ? "starttls" : "smtps", host: "other.example")
        let result = try deliver(to: server, scheme: scheme, caFile: server.certificate)
        let lines = scheme == "smtp" ? ["EHLO client.example.com", "STARTTLS"] : []
        try expectNothing(result, from: server, but: lines)
    }

    @Test("a missing CA file is a configuration error")
    func missingAuthorities() throws {
        let server = try TLSServer("starttls")
        let result = try deliver(to: server, caFile: "/nowhere/cert.pem")
        guard case .misconfigured = result else { return #expect(Bool(false), "\(result)") }
        #expect(try server.lines().contains { $0.isEncrypted } == false)
    }
}

extension String {
    fileprivate var verb: Substring { prefix { $0 != " " } }
}
