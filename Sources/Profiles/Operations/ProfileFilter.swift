package import CivilTime

/// Which profiles of a company a list shows.
package struct ProfileFilter: Hashable, Sendable {
    package static let names = [
        "limit", "offset", "title", "http_method", "created_from", "created_to",
    ]

    /// 1 to 1000.
    package var limit = 25
    package var offset = 0
    /// A part of the title; upper and lower case are the same.
    package var title: String?
    package var method: HTTPMethod?
    package var createdFrom: Instant?
    /// The first instant that is too late.
    package var createdBefore: Instant?

    package init() {}

    /// Reads the parameters of a request; an empty one counts as absent.
    ///
    /// - Throws: every fault that they have.
    package init(_ parameters: [(name: String, value: String)]) throws(ProfileFaults) {
        var faults: [ProfileFault] = []
        for (name, value) in parameters where !value.isEmpty {
            if let fault = take(value, as: name) { faults.append(fault) }
        }
        guard faults.isEmpty else { throw ProfileFaults(faults: faults) }
    }

    private mutating func take(_ value: String, as name: String) -> ProfileFault? {
        let place = ProfileFault.Path.params / name
        switch name {
        case "limit":
            guard let limit = Int(value), (1...1000).contains(limit) else {
                return .must("be a whole number from 1 to 1000", at: place)
            }
            self.limit = limit
        case "offset":
            guard let offset = Int(value), offset >= 0 else {
                return .must("be a whole number, 0 or more", at: place)
            }
            self.offset = offset
        case "title": title = value
        case "http_method":
            let method = HTTPMethod.allCases.first { $0.rawValue.matches(value) }
            guard let method else {
                return .notAllowed(HTTPMethod.allCases.map(\.rawValue), at: place)
            }
            self.method = method
        case "created_from", "created_to": return takeTime(value, as: name, place)
        default: return .unknown(name, nearest: nil, at: .params)
        }
        return nil
    }

    /// A day means the whole of it, in UTC.
    private mutating func takeTime(
        _ value: String, as name: String, _ place: ProfileFault.Path
    ) -> ProfileFault? {
        let isEnd = name == "created_to"
        let instant = Instant(rfc3339: value)
        guard let start = instant ?? Instant(rfc3339: value + "T00:00:00Z") else {
            return .must("be an RFC 3339 time, or a day such as 2026-11-20", at: place)
        }
        let length: Int64 = instant == nil ? 86_400_000 : 1
        if isEnd {
            createdBefore = start.advanced(milliseconds: length)
        } else {
            createdFrom = start
        }
        return nil
    }
}
