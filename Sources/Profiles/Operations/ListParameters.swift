package import CivilTime

/// Which part of a list is shown: the parameters `limit` and `offset` of every list.
package struct ListPage: Hashable, Sendable {
    /// How many items an answer has at most.
    package static let most = 1_000

    /// From 1 to ``most``.
    package var limit: Int
    package var offset = 0

    package init(limit: Int = 25) {
        self.limit = limit
    }

    /// Reads one of the two, and says what is wrong with it.
    package mutating func take(_ value: String, as name: String) -> ProfileFault? {
        let isLimit = name == "limit"
        guard let number = Int(value), (isLimit ? 1...Self.most : 0...Int.max).contains(number)
        else {
            let range = isLimit ? " from 1 to \(Self.most)" : ", 0 or more"
            return .must("be a whole number" + range, at: .params / name)
        }
        if isLimit { limit = number } else { offset = number }
        return nil
    }
}

/// A time as the parameter of a list says it: one by RFC 3339, or a day in UTC, the whole of it.
package struct ListTime {
    package let start: Instant
    /// The first instant after it; times are exact to a millisecond.
    package let end: Instant

    /// Nil for any other text.
    package init?(_ text: String) {
        if let instant = Instant(rfc3339: text) {
            (start, end) = (instant, instant.advanced(milliseconds: 1))
        } else if let midnight = Instant(rfc3339: text + "T00:00:00Z") {
            (start, end) = (midnight, midnight.advanced(milliseconds: 86_400_000))
        } else {
            return nil
        }
    }
}

extension ProfileFault {
    /// Of what ``ListTime`` cannot be read from.
    package static func noTime(at path: Path) -> ProfileFault {
        .must("be an RFC 3339 time, or a day such as 2026-11-20", at: path)
    }
}

extension ProfileFaults {
    /// Reads the parameters of a list one by one; an empty one counts as absent.
    ///
    /// - Parameter take: reads one, and says what is wrong with it.
    /// - Throws: every fault that they have.
    package static func reading(
        _ parameters: [(name: String, value: String)],
        _ take: (_ value: String, _ name: String) -> ProfileFault?
    ) throws(ProfileFaults) {
        let faults = parameters.filter { !$0.value.isEmpty }.compactMap { take($0.value, $0.name) }
        guard faults.isEmpty else { throw ProfileFaults(faults: faults) }
    }
}
