import JSON
import Placeholders

/// The template of a callback's body, in the encoding in which it is sent.
enum BodyTemplate: Equatable, Sendable {
    case none
    case json(JSONTemplate)
    case text(TextTemplate)
    /// The members of the body as fields of `multipart/form-data`.
    case parts([Field])
    /// The members of the body as fields of `application/x-www-form-urlencoded`.
    case form([Field])

    struct Field: Equatable, Sendable {
        let name: String
        let value: Value
    }

    enum Value: Equatable, Sendable {
        case text(TextTemplate)
        case json(JSONTemplate)
    }

    init(_ body: ProfileBody?, _ type: BodyType, headers: [HTTPHeaderField]) {
        let media = headers.mediaType
        switch body {
        case nil: self = .none
        case .json(let object):
            switch media {
            case "multipart/form-data": self = .parts(Self.fields(object))
            case "application/x-www-form-urlencoded": self = .form(Self.fields(object))
            default: self = .json(JSONTemplate(.object(object)))
            }
        case .text(let text):
            let isForm = media == "application/x-www-form-urlencoded"
            self = .text(TextTemplate(text, as: isForm ? .form : type.kind))
        }
    }

    private static func fields(_ object: JSONObject) -> [Field] {
        object.members.map { member in
            let text = member.value.string.map { Value.text(TextTemplate($0, as: .plain)) }
            return Field(name: member.name, value: text ?? .json(JSONTemplate(member.value)))
        }
    }

    /// Whether an attribute name in XML or HTML contains a placeholder.
    var namesAttributes: Bool {
        if case .text(let template) = self { return template.namesAttributes }
        return false
    }

    var placeholders: [Placeholder] {
        switch self {
        case .none: []
        case .json(let template): template.placeholders
        case .text(let template): template.placeholders
        case .parts(let fields), .form(let fields): fields.flatMap(\.value.placeholders)
        }
    }
}

extension BodyTemplate.Value {
    fileprivate var placeholders: [Placeholder] {
        switch self {
        case .text(let template): template.placeholders
        case .json(let template): template.placeholders
        }
    }

    func fill<Failure>(_ text: inout FilledText, _ filler: Filler<Failure>) throws(Failure) {
        switch self {
        case .text(let template): try template.fill(&text, filler)
        case .json(let template): try template.fill(&text, filler)
        }
    }
}

extension BodyType {
    fileprivate var kind: TextTemplate.Kind {
        switch self {
        case .xml: .markup(.xml)
        case .html: .markup(.html)
        case .json, .text: .plain
        }
    }
}

extension [HTTPHeaderField] {
    var contentType: HTTPHeaderField? { first { $0.name.matches("content-type") } }

    /// The Content-Type without parameters, in lowercase.
    var mediaType: String? {
        contentType.map { String($0.value.prefix { $0 != ";" }).trimmed.lowercased() }
    }
}
