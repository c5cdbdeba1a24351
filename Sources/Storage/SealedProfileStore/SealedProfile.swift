package import CivilTime
import SQL

/// A row of a profile with its current version, still sealed.
package struct SealedProfile {
    package let numbers: ProfileNumbers
    package let id: String
    package let company: String
    package let title: String
    package let method: String
    /// When the version was created, or `nil` if the stored value is not a valid time.
    package let since: Instant?
    /// The sealed settings. Empty if the row is missing.
    package let settings: [UInt8]

    init(_ row: borrowing Statement) {
        numbers = ProfileNumbers(row, at: 0)
        (id, company) = (row.text(4), row.text(5))
        (title, method) = (row.text(6), row.text(7))
        let time = row.clampedInstant(8)
        since = time.milliseconds == row.integer(8) ? time : nil
        settings = row.blob(9)
    }
}

/// The numeric columns of a profile.
///
/// An invalid number makes only this profile unreadable. It is not reported as damage of the file,
/// because that would stop every operation that reads neighboring rows.
package struct ProfileNumbers: Hashable, Sendable {
    package let version: Int
    package let status: Int
    package let statusSince: Instant
    package let createdAt: Instant
    /// Whether all of the numbers are as stored. An invalid one is replaced by the nearest valid
    /// one.
    package let isWhole: Bool

    /// Reads version, status and the two times from four consecutive columns.
    init(_ row: borrowing Statement, at first: Int32) {
        let number = row.integer(first, clampedTo: Self.versions)
        (version, status) = (Int(number), row.int(first + 1))
        statusSince = row.clampedInstant(first + 2)
        createdAt = row.clampedInstant(first + 3)
        isWhole =
            number == row.integer(first) && statusSince.milliseconds == row.integer(first + 2)
            && createdAt.milliseconds == row.integer(first + 3)
    }

    private static let versions: ClosedRange<Int64> = 0...(1 << 40)
}

/// A version of a profile to store.
package struct SealedVersion {
    package var number: Int
    package var since: Instant
    package var title: String
    package var method: String
    package var settings: [UInt8]

    package init(number: Int, since: Instant, title: String, method: String, settings: [UInt8]) {
        self.number = number
        self.since = since
        self.title = title
        self.method = method
        self.settings = settings
    }
}
