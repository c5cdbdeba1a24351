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
        code(of: line) != nil && line.dropFirst(3).first != "-"
    }

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
