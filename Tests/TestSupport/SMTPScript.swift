/// The steps of an SMTP session.
package enum SMTPStep: Sendable, CaseIterable {
    case greeting, ehlo, helo, startTLS
    /// After the AUTH command, and after each line of credentials.
    case authStart, auth
    case mail, rcpt, data
    /// After the final dot.
    case content
    case noop, quit
}

/// An action of a scripted mail server.
package indirect enum SMTPAction: Sendable {
    /// Replies with one or more lines. The last line break is added.
    case reply(String)
    /// Replies byte by byte.
    case slowly(String)
    case replyAndClose(String)
    case close
    /// Resets the connection.
    case reset
    /// Sends nothing until the peer disconnects.
    case stall
    /// For `data`: accepts the command, and resets the connection after this number of bytes of the
    /// mail.
    case resetMidway(after: Int)
    /// Calls a function before another action.
    case after(@Sendable () -> Void, SMTPAction)

    /// Whether the action is a 2xx reply.
    var isAgreement: Bool {
        switch self {
        case .reply(let text), .slowly(let text), .replyAndClose(let text): text.hasPrefix("2")
        case .after(_, let action): action.isAgreement
        case .close, .reset, .stall, .resetMidway: false
        }
    }
}

/// A mail as the server received it, with its original line breaks and without dot stuffing.
package struct ReceivedMail: Sendable, Equatable {
    package var from: String
    package var to: [String]
    package var bytes: [UInt8]

    package init(from: String, to: [String], bytes: [UInt8]) {
        self.from = from
        self.to = to
        self.bytes = bytes
    }
}
