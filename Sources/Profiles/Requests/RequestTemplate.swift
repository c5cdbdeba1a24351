import JSON
import Placeholders

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
