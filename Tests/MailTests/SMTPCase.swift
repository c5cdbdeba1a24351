import Addresses
import Mail
import TestSupport
import TextSupport

/// A scripted server and a transport that uses it, with short timeouts.
struct SMTPCase {
    let server: ScriptedSMTPServer
    let transport: SMTPTransport

    static let message = Array("Subject: x\r\n\r\nHello\r\n".utf8)

    init(
        ehlo: String = "250-test.example\r\n250 SIZE 10000000",
        _ script: [SMTPStep: [SMTPAction]] = [:], password: String? = nil, response: Int = 1_000,
        delivery: Int = 60_000, stopwatch: @escaping () -> Duration = { .zero }
    ) throws {
        server = try ScriptedSMTPServer(ehlo: ehlo, script)
        transport = try Self.transport(
            "smtp://127.0.0.1:\(server.port)", tls: "none", password: password,
            response: response, delivery: delivery, stopwatch: stopwatch)
    }

    static func transport(
        _ url: String, tls: String? = nil, password: String? = nil, caFile: String? = nil,
        response: Int = 1_000, delivery: Int = 60_000,
        stopwatch: @escaping () -> Duration = { .zero }
    ) throws -> SMTPTransport {
        let location = try MailLocation(
            parsing: url, tls: tls, hasPassword: password != nil, relativeTo: "")
        guard case .server(let server) = location else { throw MailLocationError.noHost }
        var timeouts = SMTPTransport.Timeouts()
        timeouts.connect = 1_000
        timeouts.response = response
        timeouts.delivery = delivery
        timeouts.quit = 500
        let account = password.map { MailAccount(userName: "reports", password: Secret($0)) }
        return SMTPTransport(
            server, account: account, clientName: { "client.example.com" }, caFile: caFile,
            timeouts: timeouts, stopwatch: stopwatch)
    }

    func deliver(
        _ message: [UInt8] = message, from: String = "reports@example.com",
        to: String = "ops@example.com", beforeFinalDot: () -> Bool = { true }
    ) -> DeliveryResult {
        transport.deliver(message, from: from, to: to, beforeFinalDot: beforeFinalDot)
    }
}

extension DeliveryResult {
    /// The kind and the reply, such as `rejected RCPT TO: 550 5.1.1 no such user`.
    var summary: String {
        let kind =
            switch self {
            case .accepted: "accepted"
            case .deferred: "deferred"
            case .rejected: "rejected"
            case .uncertain: "uncertain"
            case .misconfigured: "misconfigured"
            }
        return "\(kind) \(reply)"
    }
}
