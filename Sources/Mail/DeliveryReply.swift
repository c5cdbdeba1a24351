/// What a server, or the way to it, said about a mail; a line for a person.
package struct DeliveryReply: Equatable, Sendable {
    package let phase: SMTPPhase
    /// The SMTP code; nil when the line is not a server's.
    package let code: Int?
    /// The enhanced code of RFC 3463, like `5.1.1`; nil when there was none.
    package let enhancedCode: String?
    /// Printable, on one line, not long, and without secrets.
    package var text: String { whole.onOneLine(limit: 400) }
    /// As it was said: cut off, a secret in it could not be recognised any more.
    private let whole: String

    /// - Parameter code: nil when the line is not a server's.
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
        whole = text
    }

    /// The same with more words at its end.
    func adding(_ words: String) -> DeliveryReply {
        DeliveryReply(
            phase: phase, code: code, enhancedCode: enhancedCode, text: "\(whole); \(words)")
    }

    /// The same with each of the secrets gone from the text: a server may quote them.
    func hiding(_ secrets: [String]) -> DeliveryReply {
        let text = secrets.filter { !$0.isEmpty }.reduce(whole) {
            $0.replacing($1, with: "[secret]")
        }
        return DeliveryReply(phase: phase, code: code, enhancedCode: enhancedCode, text: text)
    }
}

extension DeliveryReply: CustomStringConvertible {
    /// `RCPT TO: 550 5.1.1 no such user`.
    package var description: String {
        let parts = [code.map(String.init), enhancedCode, text].compactMap(\.self)
        return "\(phase.rawValue): " + parts.filter { !$0.isEmpty }.joined(separator: " ")
    }
}
