import Curl

/// The result of sending a mail to a recipient.
package enum DeliveryResult: Equatable, Sendable {
    /// The server accepted the mail: it replied with 2xx to the end of the data.
    case accepted(DeliveryReply)
    /// A temporary failure. The same bytes can be sent again later.
    case deferred(DeliveryReply)
    /// A permanent failure. The mail is never sent to this recipient again.
    case rejected(DeliveryReply)
    /// The last bytes were sent but no reply arrived, so the email may have been delivered.
    case uncertain(DeliveryReply)
    /// The configuration or the account is wrong. No mail can be sent until that is fixed.
    case misconfigured(DeliveryReply)

    package var reply: DeliveryReply {
        switch self {
        case .accepted(let reply), .deferred(let reply), .rejected(let reply),
            .uncertain(let reply), .misconfigured(let reply):
            reply
        }
    }
}

extension DeliveryResult {
    /// Classifies a transfer by the server's replies. libcurl's error is used only if there is no
    /// reply.
    ///
    /// - Parameters:
    ///   - dialogue: The dialogue of the transfer.
    ///   - error: libcurl's error, or nil if it reported none.
    init(_ dialogue: SMTPDialogue, error: CurlError?) {
        if dialogue.hasTransmitted {
            self = Self.afterTheEnd(dialogue, error)
        } else if let stop = dialogue.stop {
            self = stop.result
        } else if let error {
            self = Self.beforeTheEnd(dialogue, error)
        } else {
            // This should not happen: libcurl reports success without having read the mail.
            self = .deferred(
                DeliveryReply(dialogue.phase, "the transfer ended before the email was sent"))
        }
    }

    /// A 2xx reply counts even if libcurl reports an error. Without a reply the result is
    /// uncertain.
    private static func afterTheEnd(
        _ dialogue: SMTPDialogue, _ error: CurlError?
    ) -> DeliveryResult {
        guard let reply = dialogue.finalReply else {
            let words = "\(error?.message ?? "no response"); the email may have been delivered"
            let fault = DeliveryReply(.content, words)
            return .uncertain(error?.isTimeout == true ? fault.ofServer : fault)
        }
        switch reply.code {
        case 200..<300: return .accepted(DeliveryReply(.content, reply))
        case 400..<600: return rejection(in: .content, reply)
        default: return .uncertain(DeliveryReply(.content, reply))
        }
    }

    private static func beforeTheEnd(
        _ dialogue: SMTPDialogue, _ error: CurlError
    ) -> DeliveryResult {
        let fault = DeliveryReply(dialogue.phase, error.description)
        switch error.kind {
        case .setUp: return .misconfigured(fault)
        case .misuse, .stopped: return .rejected(fault)
        case .insecure, .login, .denied, .network: break
        }
        if let (phase, reply) = dialogue.lastReply, phase == dialogue.phase,
            reply.code >= 400
        {
            return rejection(in: phase, reply)
        }
        guard error.kind == .network else { return .misconfigured(fault) }
        // Another mail would wait just as long.
        return .deferred(error.isTimeout ? fault.ofServer : fault)
    }

    /// The meaning of a 4xx or 5xx reply depends on the phase.
    private static func rejection(in phase: SMTPPhase, _ reply: ServerReply) -> DeliveryResult {
        let line = DeliveryReply(phase, reply)
        switch (phase, reply.code) {
        // 421 means that the server is shutting down, in any phase (RFC 5321 section 3.8).
        case (_, 421): return .deferred(line)
        case (_, 400..<500) where phase != .startTLS && phase != .hello: return .deferred(line)
        // Too many recipients or too much mail. RFC 5321 section 4.5.3.1.10 treats it as temporary.
        case (.recipient, 552): return .deferred(line)
        // A full account, which its owner empties, or a used up quota of the sender.
        case (.sender, 552), (.data, 552),
            (.content, 552) where SenderLimit.isOverQuota(reply):
            return .deferred(line)
        // Wrong, missing or too weak credentials, in any phase.
        case (_, 530), (_, 534), (_, 535), (_, 538): return .misconfigured(line)
        case (.sender, _), (.recipient, _), (.data, _), (.content, _):
            return SenderLimit.isReached(reply) ? .deferred(line) : .rejected(line)
        default: return .misconfigured(line)
        }
    }
}

/// What a server, or the connection to it, reported about a mail, in one line for people.
package struct DeliveryReply: Equatable, Sendable {
    package let phase: SMTPPhase
    /// The SMTP code, or nil if the text does not come from a server.
    package let code: Int?
    /// The enhanced status code of RFC 3463, such as `5.1.1`, or nil if there is none.
    package let enhancedCode: String?
    /// The delay that the server requested before the next attempt, in seconds.
    package var retryAfter: Int64?
    /// Whether the server is the cause, whatever the mail and its recipient: it does not respond in time
    /// or does not speak SMTP.
    package private(set) var isOfServer = false
    /// The text on one line, printable, of limited length and without secrets.
    package var text: String { fullText.onOneLine(limit: 400) }
    /// The complete text. Secrets could no longer be recognized in a truncated text.
    private let fullText: String

    /// Creates a reply.
    ///
    /// - Parameters:
    ///   - phase: The phase of the SMTP session.
    ///   - code: The SMTP code, or nil if the text does not come from a server.
    ///   - text: The text as reported.
    package init(_ phase: SMTPPhase, code: Int?, _ text: String) {
        self.init(phase: phase, code: code, enhancedCode: nil, text: text)
    }

    init(_ phase: SMTPPhase, _ text: String) {
        self.init(phase: phase, code: nil, enhancedCode: nil, text: text)
    }

    init(_ phase: SMTPPhase, _ reply: ServerReply) {
        self.init(
            phase: phase, code: reply.code, enhancedCode: reply.enhancedCode, text: reply.text)
    }

    private init(phase: SMTPPhase, code: Int?, enhancedCode: String?, text: String) {
        self.phase = phase
        self.code = code
        self.enhancedCode = enhancedCode
        fullText = text
    }

    /// The reply with the server as its cause.
    var ofServer: DeliveryReply {
        var reply = self
        reply.isOfServer = true
        return reply
    }

    /// Returns the reply with words appended to its text.
    func adding(_ words: String) -> DeliveryReply { with("\(fullText); \(words)") }

    private func with(_ text: String) -> DeliveryReply {
        var reply = DeliveryReply(
            phase: phase, code: code, enhancedCode: enhancedCode, text: text)
        reply.isOfServer = isOfServer
        reply.retryAfter = retryAfter
        return reply
    }

    /// Returns the reply with the secrets redacted, because a server may quote them.
    package func hiding(_ secrets: [String]) -> DeliveryReply {
        let text = secrets.filter { !$0.isEmpty }.reduce(fullText) {
            $0.replacing($1, with: "[secret]")
        }
        return with(text)
    }
}

extension DeliveryReply: CustomStringConvertible {
    /// `RCPT TO: 550 5.1.1 no such user`.
    package var description: String {
        let parts = [code.map(String.init), enhancedCode, text].compactMap(\.self)
        return "\(phase.rawValue): " + parts.filter { !$0.isEmpty }.joined(separator: " ")
    }
}

/// A way to send mails, each to one recipient.
///
///     let transport = MaildirTransport(directory: "/srv/mail")
///     let result = transport.deliver(
///         try message.bytes(), from: "reports@example.com", to: "ops@example.com"
///     ) { recordAttempt() }
///     transport.close()
package protocol MailTransport: AnyObject {
    /// Sends a mail without changing it, and returns the result.
    ///
    /// - Parameters:
    ///   - message: The result of ``OutgoingMessage/bytes()``.
    ///   - from: The address for bounces. It must not be empty.
    ///   - to: The address of the recipient; see ``Mailbox/address``.
    ///   - beforeFinalDot: Called at most once, immediately before the last bytes can be sent.
    ///     The server cannot have accepted the mail before it returns true. If it returns false,
    ///     the mail is not sent and the result is `deferred`.
    /// - Returns: The result with the server's reply.
    func deliver(
        _ message: [UInt8], from: String, to: String, beforeFinalDot: () -> Bool
    ) -> DeliveryResult

    /// Tests the connection up to the point where a mail would begin. Returns `accepted` if
    /// everything works.
    func probe() -> DeliveryResult

    /// Closes the connection, if there is one. The next delivery opens a new connection.
    func close()
}
