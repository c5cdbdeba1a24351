import Encryption
import JSON
import Profiles

/// The API request for a form. The API validates it.
extension ProfileForm {
    private static let mask = JSONValue.string(SecretMask.text)

    var request: JSONObject {
        let message = fields[.responseMessage]
        return .of([
            ("channel", isNew ? .string(channel.rawValue) : nil), field(.title), field(.method),
            field(.url), field(.bodyType), field(.body),
            ("events", .array(fields.values(of: .event).map { .string($0) })),
            ("headers", .object(object(.header))), ("enc", encryption),
            ("response_message", message.isEmpty ? .null : .string(message)),
            ("signing", signing), ("auth", credentials),
        ])
    }

    /// The request with the values for a test.
    var testRequest: JSONObject {
        .of(request.members.map { ($0.name, $0.value) } + [unlessBlank(.variables)])
    }

    /// The member that has the name of its field.
    private func field(_ name: FieldName) -> (String, JSONValue?) {
        (name.rawValue, .string(fields[name]))
    }

    private func unlessBlank(_ name: FieldName) -> (String, JSONValue?) {
        let text = fields[name]
        return (name.rawValue, text.allSatisfy(\.isWhitespace) ? nil : .string(text))
    }

    // MARK: Secrets: an empty field keeps the stored one

    /// Whether the profile stores a secret header or token request field of this name.
    func isStoredSecret(_ name: String, of kind: RowKind) -> Bool {
        let settings = stored?.settings
        let names =
            switch kind {
            case .header: settings?.headers.map(\.name) ?? []
            case .extra: settings?.auth?.extraFields.map(\.name) ?? []
            }
        return SecretMask.hides(name) && names.contains(name)
    }

    var hasStoredKey: Bool { stored?.settings.encryption != nil }
    var hasStoredIV: Bool {
        guard let encryption = stored?.settings.encryption else { return false }
        return encryption.cipher.iv != .random
    }
    var hasStoredSigning: Bool { stored?.settings.signing != nil }
    var hasStoredClientSecret: Bool { stored?.settings.auth != nil }

    private func secret(_ name: FieldName, isStored: Bool) -> JSONValue? {
        let typed = fields[name]
        guard typed.isEmpty else { return .string(typed) }
        return isStored ? Self.mask : nil
    }

    private func object(_ kind: RowKind) -> JSONObject {
        .of(
            fields.rows(kind).filter { !$0.name.isEmpty || !$0.value.isEmpty }.map { row in
                let keeps = row.value.isEmpty && isStoredSecret(row.name, of: kind)
                return (row.name, keeps ? Self.mask : .string(row.value))
            })
    }

    private var encryption: JSONValue {
        guard !fields[.algorithm].isEmpty else { return .object([:]) }
        let isRandom = fields[.ivKind] == "random"
        return .object(
            .of([
                field(.algorithm), ("key", secret(.key, isStored: hasStoredKey)),
                ("IV", isRandom ? "random" : secret(.iv, isStored: hasStoredIV)),
                unlessBlank(.parameters),
            ]))
    }

    /// Nil keeps the stored secret.
    private var signing: JSONValue? {
        if !fields[.removesSigning].isEmpty { return .object([:]) }
        let secrets = fields[.signing].split(whereSeparator: \.isWhitespace)
            .map { JSONValue.string(String($0)) }
        guard !secrets.isEmpty else { return nil }
        return .object(["secret": .array(secrets)])
    }

    private var credentials: JSONValue {
        let names = [("url", FieldName.tokenURL), ("clientID", .clientID)]
        let typed = names.filter { !fields[$0.1].isEmpty }
            .map { ($0.0, JSONValue.string(fields[$0.1])) }
        let extras = object(.extra).members.map { ($0.name, $0.value) }
        // Without any of these fields, the profile requests no token.
        guard !typed.isEmpty || !extras.isEmpty || !fields[.clientSecret].isEmpty else {
            return .object([:])
        }
        let secret = secret(.clientSecret, isStored: hasStoredClientSecret)
        return .object(.of(typed + [("clientSecret", secret)] + extras))
    }
}

extension JSONObject {
    /// Creates an object of the members that have a value.
    fileprivate static func of(_ members: [(String, JSONValue?)]) -> JSONObject {
        members.reduce(into: JSONObject()) { object, member in
            if let value = member.1 { object[member.0] = value }
        }
    }
}
