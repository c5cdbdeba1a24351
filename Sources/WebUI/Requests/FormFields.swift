import HTTPServer

/// The submitted fields of a form, in order.
struct FormFields: Sendable {
    private(set) var pairs: [(name: String, value: String)] = []

    init() {}

    /// Returns nil if the body is not a form.
    init?(_ body: [UInt8]) {
        guard let text = String(validating: body, as: UTF8.self),
            let pairs = FormDecoding.pairs(text)
        else { return nil }
        // Browsers send line ends as CR LF.
        self.pairs = pairs.map { ($0.name, $0.value.replacing("\r\n", with: "\n")) }
    }

    /// The first value of a field, or an empty string.
    subscript(name: String) -> String {
        get { pairs.first { $0.name == name }?.value ?? "" }
        set {
            pairs.removeAll { $0.name == name }
            pairs.append((name, newValue))
        }
    }

    subscript(name: FieldName) -> String {
        get { self[name.rawValue] }
        set { self[name.rawValue] = newValue }
    }

    /// Returns all values of a field.
    func values(of name: FieldName) -> [String] { values(of: name.rawValue) }

    mutating func add(_ name: FieldName, _ value: String) {
        pairs.append((name.rawValue, value))
    }

    mutating func remove(_ name: FieldName) {
        pairs.removeAll { $0.name == name.rawValue }
    }

    private func values(of name: String) -> [String] {
        pairs.filter { $0.name == name }.map(\.value)
    }

    // MARK: Rows

    func names(of kind: RowKind) -> [String] { values(of: "\(kind)-name") }

    /// Returns the rows of names and values.
    func rows(_ kind: RowKind) -> [(name: String, value: String)] {
        zip(names(of: kind), values(of: "\(kind)-value")).map { ($0, $1) }
    }

    mutating func add(row kind: RowKind, _ name: String, _ value: String) {
        pairs += [("\(kind)-name", name), ("\(kind)-value", value)]
    }
}

/// The fields that forms have once. The raw values are the names in the HTML.
enum FieldName: String {
    case title, url, body, version, event, variables, pick, action, channel, token, key, next, kept
    case method = "http_method"
    case bodyType = "body_type"
    case responseMessage = "response_message"
    case algorithm = "algo"
    case ivKind = "iv_kind"
    case iv
    case parameters = "params"
    case signing
    case removesSigning = "no-signing"
    case tokenURL = "auth-url"
    case clientID = "auth-id"
    case clientSecret = "auth-secret"
    case callbackID = "callback_id"
}

/// The rows of a name and a value that a form can have several of.
enum RowKind: String, CaseIterable {
    case header
    /// Additional fields of the token request.
    case extra
}
