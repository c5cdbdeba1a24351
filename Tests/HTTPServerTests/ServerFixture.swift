import Concurrency
import HTTPServer
import TestSupport
import Testing

/// A server that echoes its requests.
final class ServerFixture: Sendable {
    let server: Server

    init(
        _ limits: ServerLimits = ServerLimits(),
        observe: @escaping @Sendable (ServedRequest) -> Void = { _ in },
        receive: @escaping @Sendable (RequestHead) -> RequestDisposition = ServerFixture.echo
    ) throws {
        server = try Server(
            on: "127.0.0.1:0", limits: limits,
            fixed: FixedResponses(
                ambiguous: Response(status: 400, body: Array("ambiguous".utf8)),
                malformed: Response(status: 400, body: Array("malformed".utf8)),
                targetTooLong: Response(status: 414, body: Array("too long".utf8)),
                headTooLarge: Response(status: 431, body: Array("too large".utf8)),
                tooLarge: Response(status: 413, body: Array("too large".utf8)),
                tooSlow: Response(status: 408, body: Array("too slow".utf8)),
                busy: Response(status: 503, body: Array("busy".utf8)),
                failed: Response(status: 500, body: Array("failed".utf8))),
            observe: observe, receive: receive)
    }

    deinit {
        server.drain()
    }

    func client() throws -> RawClient { try RawClient(port: server.port, keeping: self) }

    /// Responds with method, target and body. `/later` is answered on another thread, `/never` not
    /// at all.
    static let echo: @Sendable (RequestHead) -> RequestDisposition = { head in
        .body(client: "A") { body, reply in
            let text = "\(head.method) \(head.target) " + String(decoding: body, as: UTF8.self)
            let answer = Response(status: 200, body: Array(text.utf8))
            switch head.target {
            case "/later": WorkerThread.start { reply.send(answer) }
            case "/never": return
            default: reply.send(answer)
            }
        }
    }
}

extension ServerLimits {
    /// Returns the default limits with changes.
    static func with(_ change: (inout ServerLimits) -> Void) -> ServerLimits {
        var limits = ServerLimits()
        change(&limits)
        return limits
    }
}
