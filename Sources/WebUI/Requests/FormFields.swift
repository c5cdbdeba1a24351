import HTTPServer

/// The fields of a form in their order, as they were typed.
struct FormFields: Sendable {
    private(set) var pairs: [(name: String, value: String)] = []

    init() {}

    /// Nil when the body is no form.
    init?(_ body: [UInt8]) {
        guard let text = String(validating: body, as: UTF8.self),
            let pairs = FormDecoding.pairs(text)
        else { return nil }
        // Browsers send every end of line as two characters.
        self.pairs = pairs.map { ($0.name, $0.value.replacing("\r\n", with: "\n")) }
    }

    /// The value of a field that is there once; empty when it is not.
    subscript(name: String) -> String {
        get { pairs.first { $0.name == name }?.value ?? "" }
        set {
            pairs.removeAll { $0.name == name }
            pairs.append((name, newValue))
        }
    }

    /// Every value of a field that may be there several times.
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
