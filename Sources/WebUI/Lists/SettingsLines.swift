import Encryption
import JSON
import Profiles
import Templates

/// The settings of a profile as lines of a name and a value, with masked secrets.
enum SettingsLines {
    static func lines(of settings: ProfileSettings) -> [TemplateValue] {
        let lines: [(String, String, isCode: Bool)] = [
            ("Request", "\(settings.method.rawValue) \(settings.url)", true),
            ("Events", settings.events.joined(separator: ", "), false),
            ("Headers", headers(settings.headers), true),
            ("Body (\(settings.bodyType.rawValue))", settings.bodyText, true),
            ("Encryption", settings.encryption.map(encryption) ?? "", false),
            ("Response message", settings.responseMessage ?? "", false),
            ("Signing", settings.signing == nil ? "" : "Standard Webhooks headers", false),
            ("Bearer token from", settings.auth?.url ?? "", true),
        ]
        return lines.filter { !$0.1.isEmpty }.map {
            ["name": .text($0.0), "text": .text($0.1), "isCode": .flag($0.isCode)]
        }
    }

    private static func headers(_ headers: [HTTPHeaderField]) -> String {
        headers.map { header in
            let value = SecretMask.hides(header: header.name) ? SecretMask.text : header.value
            return "\(header.name): \(value)"
        }.joined(separator: "\n")
    }

    private static func encryption(_ settings: EncryptionSettings) -> String {
        let names = settings.parameters ?? []
        let values = names.isEmpty ? "all values" : names.joined(separator: ", ")
        let iv = settings.cipher.iv == .random ? "a random IV for each value" : "a fixed IV"
        return "\(settings.cipher.algorithm.rawValue) for \(values), with \(iv)"
    }
}

extension ProfileSettings {
    /// The body as text; empty if there is none.
    var bodyText: String {
        switch body {
        case .json(let object): object.isEmpty ? "" : JSONValue.object(object).text()
        case .text(let text): text
        case nil: ""
        }
    }
}
