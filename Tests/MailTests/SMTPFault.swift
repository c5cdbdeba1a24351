import Addresses
import Mail
import TestSupport
import Testing

/// A row of the fault table: the step, the action of the server, and the expected result.
struct SMTPFault: CustomTestStringConvertible {
    /// Whether the connection has already been used for another mail.
    let isReused: Bool
    let step: SMTPStep
    let action: SMTPAction
    let result: Result
    let testDescription: String

    /// The observable results of a delivery and of the next one.
    struct Result: Equatable {
        /// The kind and the reply.
        var summary: String
        /// `nothing` was sent, or the attempt was recorded and the mail was `received` or even
        /// `accepted`.
        var mail: String
        /// The connections opened by this delivery and by the next one.
        var connections: String
    }

    /// Parses `step | action of the server | summary | mail | connections`.
    init(_ row: Substring) throws {
        let fields = row.split(separator: " | ").map { $0.trimmingSpaces }
        try #require(fields.count == 5, "\(row)")
        let words = fields[0].split(separator: " ").map(String.init)
        isReused = words.count > 1
        step = try #require(SMTPStep.allCases.first { "\($0)" == words.last })
        action = Self.action(fields[1])
        result = Result(summary: fields[2], mail: fields[3], connections: fields[4])
        testDescription = "\(fields[0]): \(fields[1])"
    }

    static func table(_ text: String) -> [SMTPFault] {
        do {
            return try text.split(separator: "\n").map(SMTPFault.init)
        } catch {
            Issue.record(error)
            return []
        }
    }

    private static func action(_ text: String) -> SMTPAction {
        let reply = text.replacing(" / ", with: "\r\n")
        return switch text {
        case "close": .close
        case "reset": .reset
        case "stall": .stall
        case _ where text.hasPrefix("slow "): .slowly(String(reply.dropFirst(5)))
        case _ where text.hasSuffix(", close"): .replyAndClose(String(reply.dropLast(7)))
        default: .reply(reply)
        }
    }

    /// Delivers a mail to a server that performs the action, and another mail.
    func play() throws -> (Result, next: DeliveryResult) {
        let needsTLS = step == .startTLS
        let friendly = step == .data ? "354 go on" : "250 ok"
        let server = try ScriptedSMTPServer(
            ehlo: needsTLS ? "250-test\r\n250 STARTTLS" : "250-test\r\n250 AUTH PLAIN",
            [step: (isReused ? [.reply(friendly)] : []) + [action]])
        let transport = try SMTPCase.transport(
            "smtp://127.0.0.1:\(server.port)", tls: needsTLS ? nil : "none", password: "canary")
        if isReused { _ = transport.deliver() }
        let before = Count(server)
        var marks = 0
        let result = transport.deliver { marks += 1 }
        let after = Count(server)
        let next = transport.deliver()
        let opened = after.connections - before.connections
        let reopened = Count(server).connections - after.connections
        return (
            Result(
                summary: Self.plain(result.summary, server.port),
                mail: after.mail(since: before, marks: marks), connections: "\(opened)+\(reopened)"),
            next
        )
    }

    /// Returns libcurl's text with the varying parts replaced.
    private static func plain(_ summary: String, _ port: Int) -> String {
        let words = [
            ("smtp://127.0.0.1:\(port)", "URL"), ("server response timeout", "TIMEOUT"),
            ("Recv failure: Connection reset by peer", "RESET"),
            ("the server sent 'what?', which is not an SMTP reply", "NO REPLY"),
        ]
        return words.reduce(summary) { $0.replacing($1.0, with: $1.1) }
            // An immediate reset can occur while libcurl connects, before it asks for the peer, or
            // while it reads. These are three reports of one fault.
            .replacing(#/Failed to connect to .* \(libcurl 7\)/#, with: "RESET (libcurl 56)")
            .replacing(#/getpeername\(\) failed with errno \d+: .* \(/#, with: "RESET (")
            .replacing(#/Operation timed out after \d+ milliseconds.*received/#, with: "TIMEOUT")
            .replacing(#/response reading failed \(errno: \d+\)/#, with: "CLOSED")
            .replacing("; the email may have been delivered", with: "; UNCERTAIN")
            .replacing("; check host, port and tls, or remove the password", with: "; CHECK")
    }

    private struct Count {
        let connections, received, accepted: Int

        init(_ server: ScriptedSMTPServer) {
            connections = server.connections.count
            received = server.received.count
            accepted = server.accepted.count
        }

        func mail(since earlier: Count, marks: Int) -> String {
            switch (marks, received - earlier.received, accepted - earlier.accepted) {
            case (0, 0, 0): "nothing"
            case (1, 1, 0): "received"
            case (1, 1, 1): "accepted"
            case let (marks, received, accepted): "\(marks) \(received) \(accepted)"
            }
        }
    }
}

extension SMTPTransport {
    fileprivate func deliver(mark: () -> Void = {}) -> DeliveryResult {
        deliver(SMTPCase.message, from: "a@example.com", to: "b@example.com") {
            mark()
            return true
        }
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
