/// A day of the week. As in ISO 8601, weeks begin on Monday.
package enum Weekday: String, CaseIterable, Hashable, Sendable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday

    /// Creates a weekday from its English name, ignoring case: `wednesday`, `Wednesday`.
    package init?(name: String) {
        self.init(rawValue: name.lowercased())
    }

    /// Creates the weekday a number of days after a Monday.
    init(index: Int) {
        self = Self.allCases[index - index.flooredDivision(by: 7) * 7]
    }

    /// 0 for Monday to 6 for Sunday.
    package var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// The English name, such as `Wednesday`.
    package var name: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

    /// The first three letters of the name, as in a Date header (RFC 5322).
    package var shortName: String { String(name.prefix(3)) }
}
