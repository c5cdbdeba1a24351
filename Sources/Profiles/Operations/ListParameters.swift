package import CivilTime

/// The page of a list: the parameters `limit` and `offset`.
package struct ListPage: Hashable, Sendable {
    /// The maximum number of items in a response.
    package static let maxLimit = 1_000

    /// The number of items on the page, from 1 to ``maxLimit``.
    package var limit: Int
    package var offset = 0

    package init(limit: Int = 25) {
        self.limit = limit
    }

    /// Parses one of the two parameters. Returns a fault if it is invalid.
    package mutating func parse(_ value: String, as name: String) -> ProfileFault? {
        let isLimit = name == "limit"
        guard let number = Int(value), (isLimit ? 1...Self.maxLimit : 0...Int.max).contains(number)
        else {
            let range = isLimit ? " from 1 to \(Self.maxLimit)" : ", 0 or more"
            return .must("be a whole number" + range, at: .params / name)
        }
        if isLimit { limit = number } else { offset = number }
        return nil
    }
}

/// A time in a list parameter: an RFC 3339 time, or a whole day in UTC.
package struct ListTime {
    package let start: Instant
    /// The first instant after the time or day. Times have millisecond precision.
    package let end: Instant

    /// Parses the text. Returns `nil` if it is neither a time nor a day.
    package init?(_ text: String) {
        if let instant = Instant(timestamp: text) {
            (start, end) = (instant, instant.advanced(milliseconds: 1))
        } else if let midnight = Instant(rfc3339: text + "T00:00:00Z") {
            (start, end) = (midnight, midnight.advanced(milliseconds: 86_400_000))
        } else {
            return nil
        }
    }
}

extension ProfileFault {
    /// The fault of a parameter that is not a ``ListTime``.
    package static func invalidTime(at path: Path) -> ProfileFault {
        .must("be an RFC 3339 time, or a day such as 2026-11-20", at: path)
    }
}

extension ProfileFaults {
    /// Parses the parameters of a list. Empty parameters are treated as absent.
    ///
    /// - Parameters:
    ///   - parameters: The query parameters.
    ///   - parse: Parses one parameter, and returns a fault if it is invalid.
    /// - Throws: A ``ProfileFaults`` that lists every invalid parameter.
    package static func reading(
        _ parameters: [(name: String, value: String)],
        _ parse: (_ value: String, _ name: String) -> ProfileFault?
    ) throws(ProfileFaults) {
        let faults = parameters.filter { !$0.value.isEmpty }.compactMap { parse($0.value, $0.name) }
        guard faults.isEmpty else { throw ProfileFaults(faults: faults) }
    }
}

/// One page of a list.
package struct ListSlice<Item> {
    package let items: [Item]
    package let page: ListPage
    /// Whether more items follow.
    package let hasMore: Bool
    /// The number of items on all pages, or `nil` if it is not known.
    package let total: Int?

    package init(_ items: [Item], of page: ListPage, hasMore: Bool) {
        (self.items, self.page, self.hasMore, total) = (items, page, hasMore, nil)
    }

    package init(_ items: [Item], of page: ListPage, total: Int) {
        (self.items, self.page, self.total) = (items, page, total)
        hasMore = !items.isEmpty && page.offset + items.count < total
    }

    /// The offset of the next page, or `nil` if this is the last one.
    package var nextOffset: Int? { hasMore ? page.offset + items.count : nil }
}

/// Limits the number and the total size of the items of a page.
///
/// One item can be as large as a request. A thousand of them could exhaust the memory.
package struct ListBudget {
    /// The maximum total size of the items.
    private static let bytes = 4 << 20

    private let page: ListPage
    private var (count, size) = (0, 0)

    package init(_ page: ListPage) {
        self.page = page
    }

    /// Counts an item of this size. Returns false if the page is full. The first item always fits.
    package mutating func take(_ bytes: Int) -> Bool {
        guard count == 0 || count < page.limit && size + bytes <= Self.bytes else { return false }
        count += 1
        size += bytes
        return true
    }
}

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
