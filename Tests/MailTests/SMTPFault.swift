import Addresses
import Mail
import TestSupport
import Testing

/// A row of a table of faults: where the server does what, and what comes of it.
struct SMTPFault: CustomTestStringConvertible {
    /// On a connection that took a mail before.
    let isReused: Bool
    let step: SMTPStep
    let action: SMTPAction
    let result: Result
    let testDescription: String

    /// What can be seen of a delivery and of the one that follows it.
    struct Result: Equatable {
        /// The kind and the line for a person.
        var summary: String
        /// `nothing` left, or it was marked and `received`, or even `accepted`.
        var mail: String
        /// Connections opened by this delivery, and by the next.
        var connections: String
    }

    /// Reads `step | what the server does | summary | mail | connections`.
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

    /// Delivers a mail to a server that does this, and one more.
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

    /// libcurl's words, with what changes from run to run replaced.
    private static func plain(_ summary: String, _ port: Int) -> String {
        let words = [
            ("smtp://127.0.0.1:\(port)", "URL"), ("server response timeout", "TIMEOUT"),
            ("Recv failure: Connection reset by peer", "RESET"),
        ]
        return words.reduce(summary) { $0.replacing($1.0, with: $1.1) }
            // A reset at once is seen while libcurl connects, before it asks for the peer, or as it
            // reads: one fault, told in three ways.
            .replacing(#/Failed to connect to .* \(libcurl 7\)/#, with: "RESET (libcurl 56)")
            .replacing(#/getpeername\(\) failed with errno \d+: .* \(/#, with: "RESET (")
            .replacing(#/Operation timed out after \d+ milliseconds.*received/#, with: "TIMEOUT")
            .replacing(#/response reading failed \(errno: \d+\)/#, with: "CLOSED")
            .replacing("; the mail may have arrived or not", with: "; WHO KNOWS")
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
