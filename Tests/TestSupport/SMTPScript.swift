/// Where a scripted mail server answers.
package enum SMTPStep: Sendable, CaseIterable {
    case greeting, ehlo, helo, startTLS
    /// To the AUTH command, and to the credentials that follow.
    case authStart, auth
    case mail, rcpt, data
    /// To the final dot.
    case content
    case noop, quit
}

/// What a scripted mail server does at a step.
package enum SMTPAction: Sendable {
    /// Answers, in one or more lines; the last line end is added.
    case reply(String)
    /// Answers a byte at a time.
    case slowly(String)
    case replyAndClose(String)
    case close
    /// Ends the connection so that the peer sees a fault.
    case reset
    /// Says nothing more until the peer is gone.
    case stall
    /// At `data`: agrees, and resets the connection after that many bytes of the mail.
    case resetMidway(after: Int)

    /// Whether it answers with a 2xx.
    var isAgreement: Bool {
        switch self {
        case .reply(let text), .slowly(let text), .replyAndClose(let text): text.hasPrefix("2")
        case .close, .reset, .stall, .resetMidway: false
        }
    }
}

/// A mail as a server took it, with the line ends it came with and without stuffed dots.
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
