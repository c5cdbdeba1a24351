package import HTTPServer
import Profiles

extension Response {
    /// Creates a response with an envelope as compact JSON.
    package init(_ envelope: Envelope, headers: [Header] = []) {
        self.init(EncodedEnvelope(envelope), headers: headers)
    }

    init(_ envelope: EncodedEnvelope, headers: [Header] = []) {
        self.init(
            status: envelope.status,
            headers: headers.isEmpty ? Self.ofEnvelopes : Self.ofEnvelopes + headers,
            body: envelope.bytes)
    }

    private static let ofEnvelopes = [Header("Content-Type", "application/json")] + always

    /// Creates a response with a body of another type.
    init(_ body: [UInt8], type: String) {
        self.init(status: 200, headers: [Header("Content-Type", type)] + Self.always, body: body)
    }

    /// Responses contain one company's data, and browsers must not guess their type.
    private static let always = [
        Header("Cache-Control", "no-store"), Header("X-Content-Type-Options", "nosniff"),
    ]
}

extension FixedResponses {
    /// The responses that the server sends on its own, in the same envelope.
    package static var ofAPI: FixedResponses {
        FixedResponses(
            ambiguous: Response(
                .failure(
                    "headers must have exactly one of Content-Length and Transfer-Encoding: chunked",
                    part: "headers", status: 400)),
            malformed: Response(
                .failure(
                    "headers must have one Host, lines that end with CR LF, no spaces in names and "
                        + "no control characters in values", part: "headers", status: 400)),
            targetTooLong: Response(
                .failure("params must NOT have more than 8192 bytes", part: "params", status: 414)),
            headTooLarge: Response(
                .failure(
                    "headers must NOT have more than 16384 bytes", part: "headers", status: 431)),
            tooLarge: Response(
                .failure("body must NOT have more than 1048576 bytes", status: 413)),
            tooSlow: Response(
                .failure("the request took too long to arrive", part: "headers", status: 408)),
            busy: Response(.busy, headers: [.init("Retry-After", "1")]),
            failed: Response(.failed))
    }
}

extension Envelope {
    /// Creates an error response with one message.
    static func failure(_ text: String, part: String = "body", status: Int) -> Envelope {
        Envelope(APIError(text, part: part, text, status: status))
    }

    static let busy = failure(
        "the gateway is busy; try again in a moment", part: "headers", status: 503)

    static let failed = failure(
        "internal error; see the log of the gateway", part: "headers", status: 500)

    /// The response is the same for a missing key, an invalid key and a key of another company.
    static let noKey = Envelope(
        APIError(
            "headers must have a valid 'api-key'", part: "headers",
            "headers must have a valid 'api-key'", status: 401, code: "RBC401"))
}

/// The OpenAPI description, https://spec.openapis.org/oas/v3.1.0. Tests compare it with the API.
enum OpenAPI {
    static let answer = Response(PackageResources.openapi_json, type: "application/json")
}
