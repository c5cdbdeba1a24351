import Synchronization

/// A mail server on 127.0.0.1 that follows a script and records what it receives.
///
/// The actions of a step are used in order, over all connections. After the last one, the server
/// behaves normally.
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

    /// The lines of each connection, without the mails.
    package var connections: [[String]] { record.state.withLock { $0.connections } }

    /// The verbs of each connection.
    package var verbs: [[String]] {
        connections.map { lines in lines.map { String($0.prefix { $0 != " " && $0 != ":" }) } }
    }

    /// The mails that the server accepted with a 2xx reply.
    package var accepted: [ReceivedMail] { record.state.withLock { $0.accepted } }

    /// All completely received mails, regardless of the reply.
    package var received: [ReceivedMail] { record.state.withLock { $0.received } }
}

/// The state that the threads of a server share.
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
        // The scripted server does not support TLS.
        case .startTLS: "454 4.7.0 TLS not available"
        case .ehlo, .helo, .mail, .rcpt, .noop: "250 2.0.0 ok"
        }
    }
}
