import Encryption
package import JSON
import Placeholders
import TextSupport

/// The body of one callback, and its content type.
struct FilledBody {
    let bytes: [UInt8]
    /// The content type, or `nil` without a body.
    private let type: String?
    /// Whether the profile's own Content-Type must be replaced, because it lacks the boundary.
    private let replacesOwnType: Bool

    init(
        _ template: BodyTemplate, _ kind: BodyType, _ writer: inout RequestWriter
    ) throws(RequestError) {
        switch template {
        case .none: (bytes, type, replacesOwnType) = ([], nil, false)
        case .json(let template):
            bytes = try writer.text(template.fill).bytes
            (type, replacesOwnType) = ("application/json", false)
        case .text(let template):
            bytes = try writer.text(template.fill).bytes
            (type, replacesOwnType) = (kind.contentType, false)
        case .form(let fields):
            bytes = try writer.text(FormEncoding.urlEncoded(fields)).bytes
            (type, replacesOwnType) = ("application/x-www-form-urlencoded", false)
        case .parts(let fields):
            let boundary = FormEncoding.boundary()
            bytes = try writer.text(FormEncoding.multipart(fields, boundary: boundary)).bytes
            (type, replacesOwnType) = ("multipart/form-data; boundary=\(boundary)", true)
        }
    }

    /// Returns the Content-Type to set, or `nil` if the profile sets its own or the request has no body.
    func contentType(beside headers: [HTTPHeaderField]) -> String? {
        headers.contentType == nil || replacesOwnType ? type : nil
    }
}

extension BodyType {
    fileprivate var contentType: String {
        switch self {
        case .json: "application/json"
        case .xml: "application/xml"
        case .html: "text/html; charset=utf-8"
        case .text: "text/plain; charset=utf-8"
        }
    }
}

/// The two encodings of form bodies.
enum FormEncoding {
    typealias Fill = (inout FilledText, Filler<RequestError>) throws(RequestError) -> Void

    static func urlEncoded(_ fields: [BodyTemplate.Field]) -> Fill {
        { (text, filler) throws(RequestError) in
            for (index, field) in fields.enumerated() {
                if index > 0 { text.append("&") }
                text.append(PercentEncoding.encoded(field.name) + "=")
                var value = FilledText(limit: text.room)
                try field.value.fill(&value, filler)
                text.append(encoding: value)
                if text.isTooLong { return }
            }
        }
    }

    /// Encodes a multipart form (RFC 7578). Values need no escaping, because none contains the
    /// boundary.
    static func multipart(_ fields: [BodyTemplate.Field], boundary: String) -> Fill {
        { (text, filler) throws(RequestError) in
            for field in fields {
                text.append("--\(boundary)\r\nContent-Disposition: form-data; ")
                text.append("name=\"\(quoted(field.name))\"\r\n\r\n")
                try field.value.fill(&text, filler)
                text.append("\r\n")
                if text.isTooLong { return }
            }
            text.append("--\(boundary)--\r\n")
        }
    }

    /// Returns a boundary with 128 random bits, which cannot appear in a value by design.
    static func boundary() -> String {
        "callback-" + RandomBytes.make(16).hexadecimal
    }

    /// Escapes a name as browsers do: https://html.spec.whatwg.org/#multipart-form-data.
    private static func quoted(_ name: String) -> String {
        name.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "\"": text += "%22"
            case "\r": text += "%0D"
            case "\n": text += "%0A"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}

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

/// Something that happened, and that a callback reports.
package struct TriggeredEvent: Hashable, Sendable {
    /// The SID of the company.
    package let company: String
    package let channel: Channel
    /// One of ``Channel/events``, or `nil` for `default`.
    package let event: String?
    /// The values of the placeholders by name. They may be nested.
    package let variables: JSONObject
    /// Unique within the company. Sent as `Callback-Id`.
    package let callbackID: String

    package init(
        company: String, channel: Channel, event: String?, variables: JSONObject, callbackID: String
    ) {
        self.company = company
        self.channel = channel
        self.event = event
        self.variables = variables
        self.callbackID = callbackID
    }
}
