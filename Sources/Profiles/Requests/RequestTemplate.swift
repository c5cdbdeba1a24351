import CivilTime
import Encryption
import FoundationEssentials
import JSON
import Placeholders
import TextSupport

/// The parsed templates of a profile, shared by all callbacks that use it.
struct RequestTemplate: Equatable, Sendable {
    let url: URLTemplate?
    let headers: [(name: String, value: TextTemplate)]
    let body: BodyTemplate
    let responseMessage: TextTemplate?
    /// The names of the placeholders whose values are encrypted.
    let encryptedNames: Set<String>

    init(_ settings: ProfileSettings) {
        // This never fails, because the settings were validated.
        url = try? URLTemplate(settings.url)
        headers = settings.headers.map { ($0.name, TextTemplate($0.value, as: .header)) }
        body = BodyTemplate(settings.body, settings.bodyType, headers: settings.headers)
        responseMessage = settings.responseMessage.map { TextTemplate($0, as: .plain) }
        let sent = Self.placeholders(url, headers, body)
        encryptedNames = settings.encryption?.names(among: sent.map(\.name)) ?? []
    }

    /// All placeholders, in the order of URL, headers, body and response message.
    var placeholders: [Placeholder] {
        Self.placeholders(url, headers, body) + (responseMessage?.placeholders ?? [])
    }

    private static func placeholders(
        _ url: URLTemplate?, _ headers: [(name: String, value: TextTemplate)], _ body: BodyTemplate
    ) -> [Placeholder] {
        (url?.placeholders ?? []) + headers.flatMap(\.value.placeholders) + body.placeholders
    }

    static func == (left: Self, right: Self) -> Bool {
        left.url == right.url && left.body == right.body
            && left.responseMessage == right.responseMessage
            && left.encryptedNames == right.encryptedNames
            && left.headers.elementsEqual(right.headers) { $0 == $1 }
    }
}

extension EncryptionSettings {
    /// Returns the names that are encrypted parameters, or nested values of one.
    fileprivate func names(among all: [String]) -> Set<String> {
        guard let parameters else { return Set(all) }
        let wanted = Set(parameters)
        return Set(all.filter { !wanted.isDisjoint(with: VariablePath.prefixes(of: $0)) })
    }
}

/// Names such as `address.city`, in which dots separate nested members.
enum VariablePath {
    /// Returns the name and the names of all values that contain it.
    static func prefixes(of name: String) -> [String] {
        name.indices.filter { name[$0] == "." }.map { String(name[..<$0]) } + [name]
    }
}

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

extension SigningSettings {
    /// Returns the three headers of https://www.standardwebhooks.com, with one signature per
    /// secret.
    func headers(
        _ event: TriggeredEvent, body: [UInt8], at now: Instant
    ) -> [HTTPHeaderField] {
        let (id, time) = (CallbackID.text(of: event), String(now.seconds))
        let message = Array("\(id).\(time).".utf8) + body
        let signatures = secrets.compactMap { Self.key($0.reveal()) }.map { key in
            "v1," + Data(Digests.hmacSHA256(message, key: key)).base64EncodedString()
        }
        return [
            HTTPHeaderField("webhook-id", id), HTTPHeaderField("webhook-timestamp", time),
            HTTPHeaderField("webhook-signature", signatures.joined(separator: " ")),
        ]
    }
}

/// The callback ID as a header, with which a receiver detects duplicates.
enum CallbackID {
    static func headers(of event: TriggeredEvent) -> [HTTPHeaderField] {
        [HTTPHeaderField("Callback-Id", text(of: event))]
    }

    /// Returns the ID with control characters replaced, since they would break the header.
    static func text(of event: TriggeredEvent) -> String {
        let id = event.callbackID
        guard id.hasControl else { return id }
        return String(String.UnicodeScalarView(id.unicodeScalars.map { $0.isControl ? " " : $0 }))
    }
}
