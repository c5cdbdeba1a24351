import Curl

/// The SMTP dialogue of a transfer. It records the replies with their phases and checks what
/// libcurl does not check.
///
/// Sent lines only change the phase and are not kept, so no credentials are kept.
final class SMTPDialogue: SMTPObserver {
    private let requirements: SessionRequirements
    private let message: [UInt8]
    private let beforeFinalDot: () -> Bool
    private var offset = 0
    private var lines: [String] = []
    private var isLeaving = false

    private(set) var phase = SMTPPhase.connection
    /// The last complete reply with its phase.
    private(set) var lastReply: (phase: SMTPPhase, reply: ServerReply)?
    /// The extensions in the last EHLO reply of this transfer, or nil on a reused connection.
    private(set) var extensions: ServerExtensions?
    private(set) var isEncrypted = false
    /// Why the program aborted the transfer.
    private(set) var stop: SessionRequirements.AbortReason?
    /// Whether libcurl has the last bytes, so that the server may have them as well.
    private(set) var hasTransmitted = false

    init(
        _ requirements: SessionRequirements, message: [UInt8] = [],
        beforeFinalDot: @escaping () -> Bool = { true }
    ) {
        self.requirements = requirements
        self.message = message
        self.beforeFinalDot = beforeFinalDot
    }

    /// The reply to the end of the mail, or nil if there was none.
    var finalReply: ServerReply? {
        lastReply?.phase == .content ? lastReply?.reply : nil
    }

    func sent(_ line: String) {
        // After a rejection, libcurl sends QUIT by itself. The rejection is the result, not the
        // reply to QUIT.
        if line == "QUIT" { isLeaving = true }
        // The line is not a command but the response to a 334 challenge, which is part of the
        // credentials.
        if phase == .authentication, lastReply?.reply.code == 334 { return }
        if !isLeaving { phase = SMTPPhase(command: line) ?? phase }
    }

    func received(_ line: String) -> Bool {
        if isLeaving { return true }
        if phase == .connection { phase = .greeting }
        if lines.isEmpty, Self.needsReplies.contains(phase), !ServerReply.isReply(line) {
            stop = .noReply(phase, line)
            return false
        }
        lines.append(line)
        guard ServerReply.isLast(line) else { return true }
        defer { lines = [] }
        guard let reply = ServerReply(lines: lines) else { return true }
        lastReply = (phase, reply)
        if phase == .startTLS, reply.code == 220 { isEncrypted = true }
        // libcurl continues after any 2xx reply, so check all of them.
        if phase == .hello, reply.code / 100 == 2 {
            return accepts(ServerExtensions(lines: lines))
        }
        return true
    }

    /// The phases in which a line that is no reply ends the transfer. libcurl would ignore the line and
    /// wait for a reply for minutes.
    ///
    /// A greeting may follow other lines. After the end of the mail, ending the transfer could make a
    /// mail arrive twice.
    private static let needsReplies: Set<SMTPPhase> = [
        .hello, .startTLS, .authentication, .sender, .recipient, .data,
    ]

    /// If the server does not offer AUTH, libcurl sends the mail without logging in. Abort the
    /// transfer instead.
    private func accepts(_ offered: ServerExtensions) -> Bool {
        extensions = offered
        // Extensions offered before STARTTLS do not count (RFC 3207 section 4.2).
        if requirements.startTLS, !isEncrypted { return true }
        stop = requirements.stop(at: offered)
        return stop == nil
    }

    func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int? {
        let count = min(buffer.count, message.count - offset)
        if offset + count == message.count, !hasTransmitted {
            guard beforeFinalDot() else {
                stop = .notMarked
                return nil
            }
            hasTransmitted = true
            phase = .content
        }
        buffer.copyBytes(from: message[offset..<(offset + count)])
        offset += count
        return count
    }
}

/// A reply of a mail server (RFC 5321 section 4.2) with its lines joined.
struct ServerReply: Equatable {
    let code: Int
    let enhancedCode: String?
    let text: String

    /// Parses the lines of a reply. Returns nil if the last line is not a valid reply line.
    init?(lines: [String]) {
        guard let last = lines.last, let code = Self.code(of: last) else { return nil }
        self.code = code
        let texts = lines.map { $0.dropFirst(4) }
        let enhanced = texts.last.flatMap(Self.enhancedCode)
        enhancedCode = enhanced.map(String.init)
        text = texts.map { text in
            let rest = enhanced.map { text.hasPrefix($0) ? text.dropFirst($0.count) : text } ?? text
            return rest.drop { $0 == " " }
        }.filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// Whether the line is the last one of its reply: the code is followed by a space or nothing.
    static func isLast(_ line: String) -> Bool {
        isReply(line) && line.dropFirst(3).first != "-"
    }

    /// Whether the line begins with a code, so that it is a line of a reply.
    static func isReply(_ line: String) -> Bool { code(of: line) != nil }

    /// Returns the three digits at the start of a line, or nil if it is not a reply line.
    private static func code(of line: String) -> Int? {
        let digits = line.prefix(3)
        guard digits.utf8.count == 3, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            line.utf8.count == 3 || line.dropFirst(3).hasPrefix(" ")
                || line.dropFirst(3).hasPrefix("-")
        else { return nil }
        return Int(digits)
    }

    /// Returns an enhanced status code such as `5.1.1` at the start of the text (RFC 3463 section
    /// 2).
    private static func enhancedCode(of text: Substring) -> Substring? {
        let word = text.prefix { $0 != " " }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, ["2", "4", "5"].contains(parts[0]),
            parts.allSatisfy({ (1...3).contains($0.count) && Int($0) != nil })
        else { return nil }
        return word
    }
}

/// The extensions in a server's EHLO reply.
///
/// Keywords are case-sensitive as in libcurl up to 8.16, which ignores lowercase keywords silently.
struct ServerExtensions: Equatable {
    /// The authentication mechanisms of the server.
    private(set) var mechanisms: [String] = []
    private(set) var offersSMTPUTF8 = false
    /// The maximum size in bytes, or nil if the server reports no limit.
    private(set) var sizeLimit: Int?

    /// Whether the server only accepts OAuth tokens (RFC 7628) and no passwords.
    var offersTokensOnly: Bool {
        let others = mechanisms.filter { !["XOAUTH2", "OAUTHBEARER"].contains($0.uppercased()) }
        return !mechanisms.isEmpty && others.isEmpty
    }

    init(lines: [String]) {
        for line in lines.map({ $0.dropFirst(4) }) {
            if line.hasPrefix("AUTH ") {
                mechanisms += line.dropFirst(5).split(separator: " ").map(String.init)
            }
            if line.hasPrefix("SMTPUTF8") { offersSMTPUTF8 = true }
            if line.uppercased().hasPrefix("SIZE "), let limit = Int(line.dropFirst(5)), limit > 0 {
                sizeLimit = limit
            }
        }
    }
}

/// The phase of an SMTP session.
package enum SMTPPhase: String, Sendable {
    case connection, greeting
    case hello = "EHLO"
    case startTLS = "STARTTLS"
    case authentication = "AUTH"
    case sender = "MAIL FROM"
    case recipient = "RCPT TO"
    case data = "DATA"
    /// From the last bytes of the mail to the reply to its final dot.
    case content = "end of data"
    /// Another command, such as `NOOP`.
    case command
    /// Writing to a Maildir.
    case file
    /// The response to an HTTP request.
    case response = "HTTP"

    /// The phase that a sent line begins, or nil if it does not begin one.
    init?(command line: String) {
        let verb = line.prefix { $0 != " " }.uppercased()
        switch verb {
        case "EHLO", "HELO": self = .hello
        case "STARTTLS": self = .startTLS
        case "AUTH": self = .authentication
        case "MAIL": self = .sender
        case "RCPT": self = .recipient
        case "DATA": self = .data
        case "NOOP": self = .command
        default: return nil
        }
    }
}

/// The extensions that a server must offer for a mail. libcurl does not check them.
struct SessionRequirements {
    /// Why the program aborted a transfer.
    enum AbortReason: Equatable {
        case noAuthentication
        /// The server's authentication mechanisms, none of which accepts a password.
        case tokensOnly([String])
        case noSMTPUTF8
        case tooLarge(size: Int, limit: Int)
        case notMarked
        /// The server sent this line where a reply must follow.
        case noReply(SMTPPhase, String)
    }

    var startTLS = false
    var authentication = false
    var smtpUTF8 = false
    var size = 0

    /// Returns the first requirement that the server does not meet, or nil if it meets all.
    func stop(at offered: ServerExtensions) -> AbortReason? {
        if authentication, offered.mechanisms.isEmpty { return .noAuthentication }
        if authentication, offered.offersTokensOnly { return .tokensOnly(offered.mechanisms) }
        if smtpUTF8, !offered.offersSMTPUTF8 { return .noSMTPUTF8 }
        if let limit = offered.sizeLimit, size > limit {
            return .tooLarge(size: size, limit: limit)
        }
        return nil
    }
}

extension SessionRequirements.AbortReason {
    /// The result for the mail, with a remedy.
    var result: DeliveryResult {
        switch self {
        case .noAuthentication:
            .misconfigured(
                DeliveryReply(
                    .hello,
                    "the server does not offer AUTH; check host, port and tls, or remove the password"
                ))
        case .tokensOnly(let mechanisms):
            .misconfigured(
                DeliveryReply(
                    .hello,
                    "the server supports only token authentication "
                        + "(\(mechanisms.joined(separator: ", "))), not passwords; use a server that "
                        + "supports passwords, such as your provider's SMTP relay"
                ))
        case .noSMTPUTF8:
            .rejected(
                DeliveryReply(
                    .hello, "the server does not support SMTPUTF8, which this address requires"))
        case .tooLarge(let size, let limit):
            .rejected(
                DeliveryReply(
                    .hello, "the email has \(size) bytes, but the server accepts at most \(limit)"
                ))
        case .notMarked:
            .deferred(DeliveryReply(.data, "not sent because the attempt could not be recorded"))
        case .noReply(let phase, let line):
            .deferred(
                DeliveryReply(
                    phase, "the server sent '\(line.clipped)', which is not an SMTP reply"
                )
                .ofServer)
        }
    }
}

extension String {
    /// The start of a line, for a message.
    fileprivate var clipped: String { count > 80 ? prefix(80) + "…" : self }
}

/// Detects permanent rejections that only mean that a sending limit is reached.
///
/// Mail services reply with 5xx if the sender's account has reached its limit. Neither the mail nor
/// the recipient is the cause, and the same mail is accepted the next day.
enum SenderLimit {
    static func isReached(_ reply: ServerReply) -> Bool {
        let text = reply.text.lowercased()
        if let code = reply.enhancedCode {
            if codes.contains(code) { return true }
            if otherCodes.contains(code), !rates.contains(where: text.contains) { return false }
        }
        return limits.contains(where: text.contains) && ends.contains(where: text.contains)
            && !otherSubjects.contains(where: text.contains)
    }

    /// Returns whether a 552 reply is about a quota. Other 552 replies are about the mail itself: its
    /// size, or an attachment.
    static func isOverQuota(_ reply: ServerReply) -> Bool {
        reply.enhancedCode.map { $0 == "5.2.2" } ?? reply.text.lowercased().contains("quota")
    }

    /// Congestion (RFC 3463 section 3.5), which Gmail uses for its daily limit, and the recipient
    /// limits of Exchange Online:
    /// https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online
    private static let codes: Set = ["5.4.5", "5.1.90", "5.7.232", "5.7.233"]

    /// The recipient's mailbox is full, or the mail is too large (RFC 3463 sections 3.3 and 3.4).
    private static let otherCodes: Set = ["5.2.2", "5.2.3", "5.3.4"]

    private static let limits = [
        "quota", "limit", "max emails", "maximum number of messages", "credits",
        "rate exceeded",
    ]
    /// Words about sending, with which some services use the code of another limit.
    private static let rates = ["sending", "daily", "hourly", "per day", "per hour"]
    private static let ends = ["exceed", "reached", "used up", "try again", "too many"]

    /// Other things that have limits: mailboxes, mails, lines and hops.
    private static let otherSubjects = [
        "mailbox", "storage", "size", "too large", "too big", "attachment", "line", "header", "hop",
        "over quota",
    ]
}
