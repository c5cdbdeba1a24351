package import CivilTime

/// Selects which profiles of a company a list returns.
package struct ProfileFilter: Hashable, Sendable {
    package static let names = [
        "limit", "offset", "title", "http_method", "created_from", "created_to",
    ]

    package var page = ListPage()
    /// A part of the title, case-insensitive.
    package var title: String?
    package var method: HTTPMethod?
    package var createdFrom: Instant?
    /// The upper bound of the creation time, exclusive.
    package var createdBefore: Instant?

    package init() {}

    /// Parses the query parameters of a request.
    ///
    /// - Throws: A ``ProfileFaults`` that lists every invalid parameter.
    package init(_ parameters: [(name: String, value: String)]) throws(ProfileFaults) {
        try ProfileFaults.reading(parameters) { parse($0, as: $1) }
    }

    private mutating func parse(_ value: String, as name: String) -> ProfileFault? {
        let place = ProfileFault.Path.params / name
        switch name {
        case "limit", "offset": return page.parse(value, as: name)
        case "title": title = value
        case "http_method":
            let method = HTTPMethod.allCases.first { $0.rawValue.matches(value) }
            guard let method else {
                return .notAllowed(HTTPMethod.allCases.map(\.rawValue), at: place)
            }
            self.method = method
        case "created_from", "created_to":
            guard let time = ListTime(value) else { return .invalidTime(at: place) }
            if name == "created_from" { createdFrom = time.start } else { createdBefore = time.end }
        default: return .unknown(name, nearest: nil, at: .params)
        }
        return nil
    }
}
