package import HTTPServer
package import Profiles

extension Response {
    /// An envelope as JSON in one line.
    package init(_ envelope: Envelope, headers: [Header] = []) {
        self.init(WrittenEnvelope(envelope), headers: headers)
    }

    init(_ envelope: WrittenEnvelope, headers: [Header] = []) {
        self.init(
            status: envelope.status,
            headers: headers.isEmpty ? Self.ofEnvelopes : Self.ofEnvelopes + headers,
            body: envelope.bytes)
    }

    private static let ofEnvelopes = [Header("Content-Type", "application/json")] + always

    /// A text of another type.
    init(_ body: [UInt8], type: String) {
        self.init(status: 200, headers: [Header("Content-Type", type)] + Self.always, body: body)
    }

    /// What is answered is one company's, and never what a browser should guess at.
    private static let always = [
        Header("Cache-Control", "no-store"), Header("X-Content-Type-Options", "nosniff"),
    ]
}

extension FixedAnswers {
    /// What the server answers by itself, in the same envelope.
    package static var ofAPI: FixedAnswers {
        FixedAnswers(
            ambiguous: Response(
                .refusal(
                    "headers must say once where the request ends: Content-Length or chunked",
                    part: "headers", status: 400)),
            malformed: Response(
                .refusal(
                    "headers must have one Host, lines that end with CR LF, and neither blanks in "
                        + "names nor control characters in values", part: "headers", status: 400)),
            targetTooLong: Response(
                .refusal("params must NOT have more than 8192 bytes", part: "params", status: 414)),
            headTooLarge: Response(
                .refusal(
                    "headers must NOT have more than 16384 bytes", part: "headers", status: 431)),
            tooLarge: Response(
                .refusal("body must NOT have more than 1048576 bytes", status: 413)),
            tooSlow: Response(
                .refusal("the request must come in time", part: "headers", status: 408)),
            busy: Response(.busy, headers: [.init("Retry-After", "1")]),
            failed: Response(.failed))
    }
}

extension Envelope {
    /// A refusal whose message is all there is to say.
    static func refusal(_ text: String, part: String = "body", status: Int) -> Envelope {
        Envelope(failure: text, part: part, text, status: status)
    }

    static let busy = refusal(
        "the gateway is busy; try again in a moment", part: "headers", status: 503)

    static let failed = refusal(
        "the gateway failed; its log says why", part: "headers", status: 500)

    /// The same whether the key is missing, wrong or another company's.
    static let noKey = Envelope(
        failure: "headers must have a valid 'api-key'", part: "headers",
        "headers must have a valid 'api-key'", status: 401, code: "RBC401")
}
