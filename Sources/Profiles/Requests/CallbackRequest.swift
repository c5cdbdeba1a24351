import Placeholders

/// A complete HTTP request, with every placeholder filled.
package struct CallbackRequest: Hashable, Sendable {
    package let method: HTTPMethod
    package let url: String
    /// The headers with Content-Type, `Callback-Id` and the signature, but without the access
    /// token.
    package let headers: [HTTPHeaderField]
    /// The body, which is empty for GET and DELETE.
    package let body: [UInt8]

    package init(method: HTTPMethod, url: String, headers: [HTTPHeaderField], body: [UInt8]) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

extension CallbackRequest {
    /// Creates the callback to a URL without a profile: a GET request with its placeholders filled.
    ///
    /// - Throws: `url` if the URL is not valid, which ``VoiceCallback`` rejects, or `tooLong` if
    ///   the filled URL exceeds the limit.
    package init(
        get url: String, for event: TriggeredEvent, limit: Int = RequestLimits.bytes
    ) throws(RequestError) {
        guard let template = try? URLTemplate(url) else { throw .url }
        var url = FilledText(limit: limit)
        template.fill(&url, VariableValues(event).filler)
        guard !url.isTooLong else { throw .tooLong }
        self.init(method: .get, url: url.string, headers: CallbackID.headers(of: event), body: [])
    }
}

extension ClientCredentials {
    /// The URL of the token server in the form in which it is sent: with an ASCII host.
    ///
    /// It is empty if the URL is not valid, so that no request is sent to a host that was not
    /// checked.
    package var requestURL: String {
        // The URL has no placeholders.
        var text = FilledText(limit: 64 << 10)
        guard let template = try? URLTemplate(url) else { return "" }
        template.fill(&text) { _ in Filling.unknown }
        return text.isTooLong ? "" : text.string
    }
}

/// Why no request can be built from a profile and an event. Another attempt would fail too.
package enum RequestError: Error, Equatable, Sendable {
    /// The value of this variable could not be encrypted.
    case encryption(variable: String, reason: String)
    /// The URL is not valid.
    case url
    /// The filled callback would exceed ``RequestLimits/bytes``.
    case tooLong
}

extension RequestError: CustomStringConvertible {
    /// A description that contains no value of the event.
    package var description: String {
        switch self {
        case .encryption(let variable, let reason):
            "could not encrypt the value of '\(variable)': \(reason)"
        case .url: "the URL of the callback is not valid"
        case .tooLong:
            "the callback with its values would exceed \(RequestLimits.bytes) bytes"
        }
    }
}

/// Fills the templates of one callback, which share a limit of bytes.
struct RequestWriter {
    let filler: Filler<RequestError>
    private var room: Int

    init(_ filler: @escaping Filler<RequestError>, limit: Int) {
        self.filler = filler
        room = limit
    }

    /// Returns the text that `fill` produces.
    ///
    /// - Throws: `tooLong` as soon as the callback exceeds the limit, or any error of the filler.
    mutating func text(
        _ fill: (inout FilledText, Filler<RequestError>) throws(RequestError) -> Void
    ) throws(RequestError) -> FilledText {
        var text = FilledText(limit: room)
        try fill(&text, filler)
        guard !text.isTooLong else { throw .tooLong }
        room -= text.bytes.count
        return text
    }
}
