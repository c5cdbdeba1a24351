import Curl
import Mail
import TestSupport
import Testing
import TextSupport
import Webhooks

/// Messages to a scripted receiver that fails in every way.
@Suite struct WebhookClientTests {
    private static let now: Int64 = 1_795_600_800
    private static let path = "/hooks/T0123456789/token-of-this-channel?key=another-token"

    /// Short timeouts, so that a receiver that does not answer is given up soon.
    private static let client = WebhookClient(
        limits: HTTPLimits(
            connectTimeout: 1_000, totalTimeout: 1_000, maxResponseSize: 64 << 10,
            maxKeptSize: 1 << 10))

    private static func request(
        _ origin: String, secret: WebhookSecret? = nil
    ) -> WebhookRequest {
        WebhookRequest(
            url: Secret(origin + path), id: "msg_1", body: Array("{\"type\": \"x\"}".utf8),
            secret: secret)
    }

    /// Returns the kind and the reply, with the varying parts replaced.
    private static func summary(_ result: DeliveryResult, _ origin: String) -> String {
        let kind =
            switch result {
            case .accepted: "accepted"
            case .deferred: "deferred"
            case .rejected: "rejected"
            case .uncertain: "uncertain"
            case .misconfigured: "misconfigured"
            }
        return "\(kind) \(result.reply)".replacing(origin, with: "URL")
            .replacing(#/Operation timed out after \d+ milliseconds.*received/#, with: "TIMEOUT")
            .replacing(#/Connection timed out after \d+ milliseconds/#, with: "TIMEOUT")
            .replacing("Recv failure: Connection reset by peer", with: "RESET")
            .replacing(#/Failed to connect to .*: /#, with: "REFUSED: ")
            .replacing("; the message may have been delivered", with: "; UNCERTAIN")
            .replacing(#/x{2,}…?/#, with: "xx")
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var name: String
        var action: HTTPAction
        var summary: String
        var retryAfter: Int64?
        var testDescription: String { name }

        init(_ name: String, _ action: HTTPAction, _ summary: String, retryAfter: Int64? = nil) {
            (self.name, self.action, self.summary) = (name, action, summary)
            self.retryAfter = retryAfter
        }
    }

    private static let faults = [
        Fault("200", .answer(200, body: "ok"), "accepted HTTP: 200 ok"),
        Fault("204", .raw("HTTP/1.1 204 No Content\r\n\r\n"), "accepted HTTP: 204"),
        Fault(
            "a huge body after 200", .huge(1 << 20),
            "accepted HTTP: 200 xx"),
        Fault("a slow body after 200", .drip(everyMilliseconds: 50), "accepted HTTP: 200 xx"),
        Fault(
            "301", .answer(301, head: ["Location: http://127.0.0.1:1/"]),
            "rejected HTTP: 301 the URL has moved; set the new one in the configuration"),
        Fault(
            "308", .answer(308, head: ["Location: http://127.0.0.1:1/"]),
            "rejected HTTP: 308 the URL has moved; set the new one in the configuration"),
        Fault(
            "302", .answer(302, head: ["Location: http://127.0.0.1:1/"]), "deferred HTTP: 302"),
        Fault("400", .answer(400, body: "invalid_payload"), "rejected HTTP: 400 invalid_payload"),
        Fault("403", .answer(403), "rejected HTTP: 403"),
        Fault("404", .answer(404, body: "no_service"), "rejected HTTP: 404 no_service"),
        Fault("410", .answer(410), "rejected HTTP: 410"),
        Fault("408", .answer(408), "deferred HTTP: 408"),
        Fault("425", .answer(425), "deferred HTTP: 425"),
        Fault(
            "429", .answer(429, head: ["Retry-After: 120"]), "deferred HTTP: 429", retryAfter: 120),
        Fault(
            "500", .answer(500, body: "<h1>no</h1>\nfor now"),
            "deferred HTTP: 500 <h1>no</h1> for now"),
        Fault(
            "503 with a date", .answer(503, head: ["Retry-After: Wed, 25 Nov 2026 10:05:00 GMT"]),
            "deferred HTTP: 503", retryAfter: 300),
        Fault("600", .answer(600), "deferred HTTP: 600"),
        Fault(
            "an error cut off",
            .rawAndClose("HTTP/1.1 404 X\r\nContent-Length: 1000\r\n\r\nno"),
            "rejected HTTP: 404 no"),
        Fault(
            "an interim response alone", .rawAndClose("HTTP/1.1 100 Continue\r\n\r\n"),
            "uncertain HTTP: URL: Empty reply from server; UNCERTAIN"),
        Fault("no response", .stall, "uncertain HTTP: URL: TIMEOUT; UNCERTAIN"),
        Fault(
            "a slow response", .after(milliseconds: 3_000, .ok),
            "uncertain HTTP: URL: TIMEOUT; UNCERTAIN"),
        Fault("closed", .close, "uncertain HTTP: URL: Empty reply from server; UNCERTAIN"),
        Fault("half closed", .halfClose, "uncertain HTTP: URL: Empty reply from server; UNCERTAIN"),
        Fault("reset", .reset, "uncertain HTTP: URL: RESET; UNCERTAIN"),
        Fault(
            "garbage", .rawAndClose("220 mail.example.com ESMTP\r\n"),
            "uncertain HTTP: URL: Received HTTP/0.9 when not allowed; UNCERTAIN"),
        Fault(
            "a huge head",
            .rawAndClose(
                "HTTP/1.1 200 OK\r\nx: " + String(repeating: "x", count: 70_000) + "\r\n\r\n"),
            "accepted HTTP: 200"),
    ]

    @Test(
        "every fault has the expected result and does not affect the next message",
        arguments: faults)
    func fault(_ fault: Fault) throws {
        let receiver = try ScriptedHTTPReceiver([fault.action])
        let request = Self.request(receiver.origin)
        let result = try #require(Self.client.send([request], at: Self.now).first)
        #expect(Self.summary(result, receiver.origin) == fault.summary)
        #expect(result.reply.retryAfter == fault.retryAfter)
        // Redirects are not followed.
        #expect(receiver.requests.count == 1)
        let next = try #require(Self.client.send([request], at: Self.now).first)
        #expect(Self.summary(next, receiver.origin) == "accepted HTTP: 200")
    }

    @Test("a receiver that cannot be reached has received nothing")
    func refused() throws {
        let origin = "http://127.0.0.1:\(try LoopbackListener.closedPort())"
        let result = try #require(Self.client.send([Self.request(origin)], at: Self.now).first)
        #expect(Self.summary(result, origin).hasPrefix("deferred connection: URL: REFUSED"))
    }

    @Test("a server without TLS has received nothing")
    func withoutTLS() throws {
        let server = try LoopbackListener.withoutTLS()
        let origin = "https://127.0.0.1:\(server.port)"
        let result = try #require(Self.client.send([Self.request(origin)], at: Self.now).first)
        #expect(Self.summary(result, origin).hasPrefix("deferred connection: URL: "))
    }

    @Test("a server that never answers the TLS handshake has received nothing")
    func silentTLS() throws {
        let server = try LoopbackListener { $0.waitForEnd() }
        let origin = "https://127.0.0.1:\(server.port)"
        let result = try #require(Self.client.send([Self.request(origin)], at: Self.now).first)
        #expect(Self.summary(result, origin).hasPrefix("deferred connection: URL: "))
    }

    @Test(
        "a certificate must be trusted, and for this host", arguments: [nil, "localhost", "other"])
    func certificate(name: String?) throws {
        let server = try HTTPSServer(name: name ?? "localhost")
        let client = WebhookClient(caFile: name == nil ? nil : server.certificate)
        let origin = "https://localhost:\(server.port)"
        let result = try #require(client.send([Self.request(origin)], at: Self.now).first)
        let summary = Self.summary(result, origin)
        #expect(
            name == "localhost"
                ? summary == "accepted HTTP: 200"
                : summary.hasPrefix("deferred connection: URL: SSL"), "\(summary)")
    }

    @Test("a response that quotes the URL or the key does not reveal them")
    func masked() throws {
        let text = "whsec_a2tra2tra2tra2tra2tra2tra2tra2tr"
        let receiver = try ScriptedHTTPReceiver { request in
            .answer(
                404,
                body: "no \(request.target) with token-of-this-channel, another-token or \(text)")
        }
        let request = Self.request(receiver.origin, secret: WebhookSecret(Secret(text)))
        let result = try #require(Self.client.send([request], at: Self.now).first)
        #expect(
            Self.summary(result, receiver.origin)
                == "rejected HTTP: 404 no [secret] with [secret], [secret] or [secret]")
    }

    @Test("a receiver that does not answer delays no other")
    func parallel() throws {
        let stalling = try ScriptedHTTPReceiver { _ in .stall }
        let receiver = try ScriptedHTTPReceiver()
        let requests =
            Array(repeating: Self.request(stalling.origin), count: 30)
            + [Self.request(receiver.origin)]
        let start = ContinuousClock.now
        let results = Self.client.send(requests, at: Self.now)
        // One after the other, they would take 30 seconds.
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(results.count == 31)
        #expect(Self.summary(results[30], receiver.origin) == "accepted HTTP: 200")
        #expect(Self.summary(results[0], stalling.origin).hasPrefix("uncertain "))
    }

    @Test("a webhook is signed, and a message to Slack is not")
    func headers() throws {
        let text = "whsec_a2tra2tra2tra2tra2tra2tra2tra2tr"
        let receiver = try ScriptedHTTPReceiver()
        let secret = try #require(WebhookSecret(Secret(text)))
        _ = Self.client.send(
            [Self.request(receiver.origin, secret: secret), Self.request(receiver.origin)],
            at: Self.now)
        let requests = receiver.requests
        let signed = try #require(requests.first { $0.headers["webhook-id"] != nil })
        let plain = try #require(requests.first { $0.headers["webhook-id"] == nil })
        #expect(signed.method == "POST" && signed.target == Self.path)
        #expect(signed.headers["content-type"] == "application/json")
        #expect(signed.headers["webhook-id"] == "msg_1")
        #expect(signed.headers["webhook-timestamp"] == "\(Self.now)")
        let expected = try PythonCheck.run(
            "webhook_signature", [text, "msg_1", "\(Self.now)"], input: signed.body)
        #expect(signed.headers["webhook-signature"] == expected)
        #expect(plain.headers["webhook-signature"] == nil)
        #expect(plain.headers["content-type"] == "application/json")
    }
}
