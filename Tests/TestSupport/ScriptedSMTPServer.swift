import Synchronization

/// A mail server on 127.0.0.1 that does at each step what the test says, and keeps what it was sent.
///
/// Actions of a step are used up in order, over all connections; then it answers as a friendly server.
package final class ScriptedSMTPServer: Sendable {
    private let record: SMTPRecord
    private let listener: LoopbackListener

    package init(
        ehlo: String = "250-test.example\r\n250 SIZE 10000000",
        _ script: [SMTPStep: [SMTPAction]] = [:]
    ) throws {
        var script = script
        script[.ehlo] = (script[.ehlo] ?? []) + Array(repeating: .reply(ehlo), count: 50)
        let record = SMTPRecord(script)
        self.record = record
        listener = try LoopbackListener { SMTPServerSession($0, record).run() }
    }

    package var port: Int { listener.port }

    /// The lines of every connection, without the mails.
    package var connections: [[String]] { record.state.withLock { $0.connections } }

    /// The verbs of every connection.
    package var verbs: [[String]] {
        connections.map { lines in lines.map { String($0.prefix { $0 != " " && $0 != ":" }) } }
    }

    /// The mails whose end had a 2xx answer.
    package var accepted: [ReceivedMail] { record.state.withLock { $0.accepted } }

    /// The mails that came in whole, whatever the answer.
    package var received: [ReceivedMail] { record.state.withLock { $0.received } }
}

/// What the threads of a scripted server share.
final class SMTPRecord: Sendable {
    struct State {
        var script: [SMTPStep: [SMTPAction]]
        var connections: [[String]] = []
        var accepted: [ReceivedMail] = []
        var received: [ReceivedMail] = []
    }

    let state: Mutex<State>

    init(_ script: [SMTPStep: [SMTPAction]]) {
        state = Mutex(State(script: script))
    }

    func action(at step: SMTPStep) -> SMTPAction {
        state.withLock { state in
            guard let actions = state.script[step], !actions.isEmpty else {
                return .reply(Self.friendlyReply(at: step))
            }
            return state.script[step]?.removeFirst() ?? .close
        }
    }

    private static func friendlyReply(at step: SMTPStep) -> String {
        switch step {
        case .greeting: "220 test.example ESMTP"
        case .authStart: "334 "
        case .auth: "235 2.7.0 welcome"
        case .data: "354 go on"
        case .content: "250 2.0.0 queued as 1"
        case .quit: "221 2.0.0 bye"
        // There is no TLS behind the scripted server.
        case .startTLS: "454 4.7.0 TLS not available"
        case .ehlo, .helo, .mail, .rcpt, .noop: "250 2.0.0 ok"
        }
    }
}
