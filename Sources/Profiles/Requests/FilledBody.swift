import Encryption
import Placeholders

/// The body of one callback, and the type that it is sent as.
struct FilledBody {
    let bytes: [UInt8]
    /// Nil where there is no body.
    private let type: String?
    /// Whether the owner's own Content-Type lacks the boundary.
    private let replacesOwnType: Bool

    init(
        _ template: BodyTemplate, _ kind: BodyType, _ filler: Filler<RequestError>
    ) throws(RequestError) {
        switch template {
        case .none: (bytes, type, replacesOwnType) = ([], nil, false)
        case .json(let template):
            bytes = Array(try template.filled(filler).utf8)
            (type, replacesOwnType) = ("application/json", false)
        case .text(let template):
            bytes = Array(try template.filled(filler).utf8)
            (type, replacesOwnType) = (kind.contentType, false)
        case .form(let fields):
            bytes = FormEncoding.urlEncoded(try fields.filled(filler))
            (type, replacesOwnType) = ("application/x-www-form-urlencoded", false)
        case .parts(let fields):
            let boundary = FormEncoding.boundary()
            bytes = FormEncoding.multipart(try fields.filled(filler), boundary: boundary)
            (type, replacesOwnType) = ("multipart/form-data; boundary=\(boundary)", true)
        }
    }

    /// The Content-Type to set; nil when the owner's own stays, or there is no body.
    func contentType(beside headers: [HeaderField]) -> String? {
        headers.contentType == nil || replacesOwnType ? type : nil
    }
}

extension [BodyTemplate.Field] {
    fileprivate func filled<Failure>(
        _ filler: Filler<Failure>
    ) throws(Failure) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        for field in self { fields.append((field.name, try field.value.filled(filler))) }
        return fields
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

/// The two ways in which forms are sent.
enum FormEncoding {
    static func urlEncoded(_ fields: [(name: String, value: String)]) -> [UInt8] {
        let pairs = fields.map {
            PercentEncoding.encoded($0.name) + "=" + PercentEncoding.encoded($0.value)
        }
        return Array(pairs.joined(separator: "&").utf8)
    }

    /// https://www.rfc-editor.org/rfc/rfc7578: no value needs escaping, for none has the boundary.
    static func multipart(
        _ fields: [(name: String, value: String)], boundary: String
    ) -> [UInt8] {
        let parts = fields.map { field in
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(quoted(field.name))\"\r\n\r\n"
                + "\(field.value)\r\n"
        }
        return Array((parts.joined() + "--\(boundary)--\r\n").utf8)
    }

    /// 128 random bits, which nobody can put into a value before they are known.
    static func boundary() -> String {
        "callback-" + RandomBytes.make(16).map { String($0, radix: 16) }.joined()
    }

    /// As browsers do it: https://html.spec.whatwg.org/#multipart-form-data.
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
