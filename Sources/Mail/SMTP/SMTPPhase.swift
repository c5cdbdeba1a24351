/// Where in an SMTP session something happened, in the words of the protocol.
package enum SMTPPhase: String, Sendable {
    case connection, greeting
    case hello = "EHLO"
    case startTLS = "STARTTLS"
    case authentication = "AUTH"
    case sender = "MAIL FROM"
    case recipient = "RCPT TO"
    case data = "DATA"
    /// From the last bytes of the mail to the answer to its final dot.
    case content = "end of data"
    /// A command that is none of the above, such as `NOOP`.
    case command
    /// Writing into a directory.
    case file

    /// The phase that a line of ours begins; nil for what continues one.
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
