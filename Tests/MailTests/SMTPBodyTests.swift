import Mail
import TestSupport
import Testing

/// Tests of mails whose lengths are near the sizes of libcurl's buffers.
@Suite struct SMTPBodyTests {
    /// The sizes at which libcurl 7.88 to 8.16 lost the final dot or corrupted the last line break.
    private static let edges = [16_384, 65_536, 131_072]
    private static let sizes = edges.flatMap { edge in (-2...2).map { edge + $0 } }

    /// A mail of the given size in lines of 72 bytes. The last line may be very short.
    private static func message(_ size: Int) -> [UInt8] {
        let line = Array((String(repeating: "x", count: 70) + "\r\n").utf8)
        let head = Array(repeatElement(line, count: size / 72 - 1).joined())
        let rest = size - head.count - 2
        return head + Array(repeating: UInt8(ascii: "y"), count: rest) + Array("\r\n".utf8)
    }

    @Test("mails near buffer sizes arrive unchanged, over one connection")
    func plain() throws {
        let smtp = try SMTPCase()
        for size in Self.sizes {
            #expect(Self.message(size).count == size)
            let result = smtp.deliver(Self.message(size))
            #expect(result.summary == "accepted end of data: 250 2.0.0 queued as 1", "\(size)")
        }
        #expect(smtp.server.accepted.map(\.bytes) == Self.sizes.map { Self.message($0) })
        #expect(smtp.server.connections.count == 1)
    }

    @Test("large mails arrive unchanged over TLS", arguments: ["starttls", "smtps"])
    func overTLS(mode: String) throws {
        let server = try TLSServer(mode)
        let scheme = mode == "smtps" ? "smtps" : "smtp"
        let transport = try SMTPCase.transport(
            "\(scheme)://localhost:\(server.port)", password: "canary",
            caFile: server.certificate)
        let sizes = Self.sizes + [1_000_000]
        for size in sizes {
            let result = transport.deliver(
                Self.message(size), from: "a@example.com", to: "b@example.com",
                beforeFinalDot: { true })
            #expect(result.summary == "accepted end of data: 250 2.0.0 queued", "\(size)")
        }
        transport.close()
        let mails = try server.lines().filter { $0.text.hasPrefix("xxxx") }
        #expect(mails.map { Array($0.text.utf8) } == sizes.map { Self.message($0) })
        #expect(!mails.contains { !$0.isEncrypted })
    }

    @Test("nothing is sent in clear text if STARTTLS is offered in lowercase")
    func lowerCaseOffer() throws {
        let server = try ScriptedSMTPServer(ehlo: "250-test\r\n250-auth plain\r\n250 starttls")
        let transport = try SMTPCase.transport(
            "smtp://127.0.0.1:\(server.port)", password: "canary")
        let result = transport.deliver(
            SMTPCase.message, from: "a@example.com", to: "b@example.com", beforeFinalDot: { true })
        guard case .misconfigured = result else { return #expect(Bool(false), "\(result)") }
        #expect(["EHLO"] == server.verbs[0] || ["EHLO", "STARTTLS"] == server.verbs[0])
    }
}
