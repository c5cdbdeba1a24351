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

    /// Returns all values of a field.
    func values(of name: String) -> [String] {
        pairs.filter { $0.name == name }.map(\.value)
    }

    mutating func add(_ name: String, _ value: String) {
        pairs.append((name, value))
    }

    mutating func remove(_ name: String) {
        pairs.removeAll { $0.name == name }
    }
}
