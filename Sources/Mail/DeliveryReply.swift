/// What a server, or the connection to it, reported about a mail, in one line for people.
package struct DeliveryReply: Equatable, Sendable {
    package let phase: SMTPPhase
    /// The SMTP code, or nil if the text does not come from a server.
    package let code: Int?
    /// The enhanced status code of RFC 3463, such as `5.1.1`, or nil if there is none.
    package let enhancedCode: String?
    /// The text on one line, printable, of limited length and without secrets.
    package var text: String { fullText.onOneLine(limit: 400) }
    /// The complete text. Secrets could no longer be recognized in a truncated text.
    private let fullText: String

    /// Creates a reply.
    ///
    /// - Parameters:
    ///   - phase: the phase of the SMTP session.
    ///   - code: the SMTP code, or nil if the text does not come from a server.
    ///   - text: the text as reported.
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

    /// Returns the reply with words appended to its text.
    func adding(_ words: String) -> DeliveryReply {
        DeliveryReply(
            phase: phase, code: code, enhancedCode: enhancedCode, text: "\(fullText); \(words)")
    }

    /// Returns the reply with the secrets redacted, because a server may quote them.
    func hiding(_ secrets: [String]) -> DeliveryReply {
        let text = secrets.filter { !$0.isEmpty }.reduce(fullText) {
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
