/// A day of the week, from Monday on as in ISO 8601.
package enum Weekday: String, CaseIterable, Hashable, Sendable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday

    /// The day with that English name, in any case: `wednesday`, `Wednesday`.
    package init?(name: String) {
        self.init(rawValue: name.lowercased())
    }

    /// The day that many days after a Monday.
    init(index: Int) {
        self = Self.allCases[index - index.flooredDivision(by: 7) * 7]
    }

    /// 0 for Monday to 6 for Sunday.
    package var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// English name, such as `Wednesday`.
    package var name: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

    /// The first three letters of the name, as RFC 5322 has them in a Date header.
    package var shortName: String { String(name.prefix(3)) }
}
