import Encryption
import Profiles

/// The form fields of an existing profile. Secrets stay empty.
struct StoredFields {
    private let profile: Profile
    private var settings: ProfileSettings { profile.settings }

    init(_ profile: Profile) {
        self.profile = profile
    }

    var fields: FormFields {
        var fields = FormFields()
        fields[.title] = settings.title
        fields[.method] = settings.method.rawValue
        fields[.url] = settings.url
        fields[.bodyType] = settings.bodyType.rawValue
        fields[.responseMessage] = settings.responseMessage ?? ""
        fields[.version] = "\(profile.current.number)"
        fields[.body] = settings.bodyText
        for event in settings.events { fields.add(.event, event) }
        add(settings.headers.map { ($0.name, $0.value) }, as: .header, to: &fields)
        addEncryption(to: &fields)
        fields[.tokenURL] = settings.auth?.url ?? ""
        fields[.clientID] = settings.auth?.clientID ?? ""
        add(settings.auth?.extraFields ?? [], as: .extra, to: &fields)
        return fields
    }

    private func add(
        _ rows: [(name: String, value: String)], as kind: RowKind, to fields: inout FormFields
    ) {
        for row in rows {
            fields.add(row: kind, row.name, SecretMask.hides(row.name) ? "" : row.value)
        }
    }

    private func addEncryption(to fields: inout FormFields) {
        let encryption = settings.encryption
        fields[.algorithm] = encryption?.cipher.algorithm.rawValue ?? ""
        let isRandom = encryption.map { $0.cipher.iv == .random } ?? true
        fields[.ivKind] = isRandom ? "random" : "fixed"
        fields[.parameters] = (encryption?.parameters ?? []).joined(separator: ", ")
    }
}
