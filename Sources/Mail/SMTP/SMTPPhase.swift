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
