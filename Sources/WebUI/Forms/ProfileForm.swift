import API
import Encryption
import JSON
import Profiles
import Templates
import TextSupport

/// The form of a profile with its values, errors and results.
struct ProfileForm {
    let channel: Channel
    /// The profile that the form changes; nil for a new one.
    let stored: Profile?
    var fields = FormFields()
    var faults = FormFaults()
    /// The message above the form.
    var notice = ""
    /// Whether the message reports success.
    var isDone = false
    /// The result of a test.
    var outcome = TemplateValue.none
    var status = 200
    /// The field that has the focus when the page opens.
    var focus = ""

    /// Creates an empty form.
    init(channel: Channel) {
        self.channel = channel
        stored = nil
        fields[.method] = HTTPMethod.post.rawValue
        fields[.bodyType] = BodyType.json.rawValue
        fields[.ivKind] = "random"
        fields[.variables] = ""
        for event in channel.events { fields.add(.event, event) }
        addRows()
    }

    /// Creates the form of an existing profile.
    init(of profile: Profile) {
        channel = profile.settings.channel
        stored = profile
        fields = StoredFields(profile).fields
        addRows()
    }

    var isNew: Bool { stored == nil }

    var title: String {
        guard let stored else { return "New profile: \(ChannelLabels.title(channel))" }
        return "Edit \(stored.settings.title)"
    }

    /// A message if the profile was changed by someone else since the form was opened.
    var conflict: String? {
        guard let storedVersion, fields[.version] != storedVersion else { return nil }
        return "Someone else has changed this profile in the meantime. "
            + "Save again to overwrite their changes."
    }

    var storedVersion: String? { stored.map { "\($0.current.number)" } }

    /// Shows why the request of the form was refused.
    mutating func take(_ apiError: APIError) {
        status = apiError.status
        faults = FormFaults(
            apiError, headers: fields.names(of: .header), extras: fields.names(of: .extra))
    }

    /// Adds empty rows for more headers and fields.
    mutating func addRows() {
        for kind in RowKind.allCases {
            let names = fields.names(of: kind)
            let spare = names.reversed().prefix { $0.isEmpty }.count
            let wanted = fields[.action] == "more-\(kind)" ? spare + 2 : 2
            for _ in 0..<max(0, wanted - spare) where names.count < 60 {
                fields.add(row: kind, "", "")
            }
            if fields[.action] == "more-\(kind)" { focus = "\(kind)-\(names.count - spare)-name" }
        }
    }
}

/// Inserts the selected variables into the body or the URL.
extension ProfileForm {
    mutating func pick() {
        let names = fields.values(of: .pick)
        guard !names.isEmpty else {
            notice = "Select variables first."
            return
        }
        let hasBody = HTTPMethod(rawValue: fields[.method])?.hasBody ?? true
        guard hasBody else {
            addToURL(names)
            return
        }
        switch BodyType(rawValue: fields[.bodyType]) ?? .json {
        case .json: addToObject(names)
        case .xml, .html: addToText(names.map { "{{\($0)}}" })
        case .text: addToText(names.map { "<\($0)>" })
        }
    }

    private mutating func addToURL(_ names: [String]) {
        var url = fields[.url]
        for name in names {
            url += (url.contains("?") ? "&" : "?") + "\(PercentEncoding.encoded(name))={\(name)}"
        }
        fields[.url] = url
        picked(names, "URL", focus: "url")
    }

    private mutating func addToObject(_ names: [String]) {
        let text = fields[.body]
        let isBlank = text.allSatisfy(\.isWhitespace)
        guard var object = isBlank ? [:] : (try? JSONValue(parsing: text))?.object else {
            notice = "The body is not a JSON object, so nothing was added."
            focus = "body"
            return
        }
        for name in names where object[name] == nil { object[name] = .string("<\(name)>") }
        fields[.body] = JSONValue.object(object).text()
        picked(names, "body", focus: "body")
    }

    private mutating func addToText(_ placeholders: [String]) {
        let text = fields[.body]
        let gap = text.isEmpty || text.hasSuffix("\n") ? "" : "\n"
        fields[.body] = text + gap + placeholders.joined(separator: "\n")
        picked(placeholders, "body", focus: "body")
    }

    private mutating func picked(_ names: [String], _ place: String, focus: String) {
        let count = names.count == 1 ? "1 variable" : "\(names.count) variables"
        (notice, isDone) = ("Added \(count) to the \(place).", true)
        self.focus = focus
        fields.remove(.pick)
    }
}

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
        return kind.hidesValue(of: name) && names.contains(name)
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
            fields.add(row: kind, row.name, kind.hidesValue(of: row.name) ? "" : row.value)
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
