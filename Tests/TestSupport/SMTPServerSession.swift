import Synchronization

/// A connection to a scripted mail server.
final class SMTPServerSession {
    private let connection: LoopbackConnection
    private let record: SMTPRecord
    private let number: Int
    private var mail = ReceivedMail(from: "", to: [], bytes: [])

    init(_ connection: LoopbackConnection, _ record: SMTPRecord) {
        self.connection = connection
        self.record = record
        number = record.state.withLock { state in
            state.connections.append([])
            return state.connections.count - 1
        }
    }

    func run() {
        guard act(.greeting) != nil else { return }
        while let line = readLine(), answer(line) {}
    }

    private func readLine() -> String? {
        guard let bytes = connection.readLine() else { return nil }
        let line = String(decoding: bytes, as: UTF8.self)
        record.state.withLock { $0.connections[number].append(line) }
        return line
    }

    /// Replies to a line. Returns false if the connection has ended.
    private func answer(_ line: String) -> Bool {
        switch line.prefix(while: { $0 != " " }).uppercased() {
        case "EHLO": return act(.ehlo) != nil
        case "HELO": return act(.helo) != nil
        case "STARTTLS": return act(.startTLS) != nil
        case "AUTH": return authenticate()
        case "MAIL":
            mail = ReceivedMail(from: path(of: line), to: [], bytes: [])
            return act(.mail) != nil
        case "RCPT":
            mail.to.append(path(of: line))
            return act(.rcpt) != nil
        case "DATA": return takeMail()
        case "NOOP": return act(.noop) != nil
        default:
            _ = act(.quit)
            return false
        }
    }

    /// Requests as many lines as the mechanism needs.
    private func authenticate() -> Bool {
        var answer = act(.authStart)
        while let said = answer, said.hasPrefix("334") {
            guard readLine() != nil else { return false }
            answer = act(.auth)
        }
        return answer != nil
    }

    private func takeMail() -> Bool {
        guard let agreement = act(.data) else { return false }
        guard agreement.hasPrefix("354") else { return true }
        while let line = connection.readLine() {
            if line == [0x2e] { return finishMail() }
            mail.bytes += (line.first == 0x2e ? line.dropFirst() : line[...]) + [13, 10]
        }
        return false
    }

    /// Stores the mail before it replies, so that the mail is available as soon as the client has
    /// the reply.
    private func finishMail() -> Bool {
        let action = record.action(at: .content)
        record.state.withLock { state in
            state.received.append(mail)
            if action.isAgreement { state.accepted.append(mail) }
        }
        return perform(action) != nil
    }

    private func act(_ step: SMTPStep) -> String? {
        perform(record.action(at: step))
    }

    /// Performs an action of the script. Returns the reply if the connection continues.
    private func perform(_ action: SMTPAction) -> String? {
        switch action {
        case .reply(let text):
            connection.write(text + "\r\n")
            return text
        case .slowly(let text):
            (text + "\r\n").forEach { connection.write(String($0)) }
            return text
        case .replyAndClose(let text): connection.write(text + "\r\n")
        case .close: break
        case .reset: connection.resetOnClose()
        case .stall: connection.waitForEnd()
        case .resetMidway(let count):
            connection.write("354 go on\r\n")
            connection.read(atLeast: count)
            connection.resetOnClose()
        case .after(let function, let action):
            function()
            return perform(action)
        }
        return nil
    }

    private func path(of line: String) -> String {
        String(line.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" })
    }
}
