import Encryption
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
