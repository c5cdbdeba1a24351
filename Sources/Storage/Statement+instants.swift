package import CivilTime
package import SQL

extension Statement {
    /// The times that are valid in tables, in milliseconds: from 1970 to far beyond the year 9999.
    package static let times: ClosedRange<Int64> = 0...(1 << 48)

    /// Decodes a time. Reports an invalid value as damage.
    package func instant(_ column: Int32) -> Instant {
        Instant(milliseconds: integer(column, in: Self.times))
    }

    /// Decodes a time, and clamps invalid values. For use where one row must not block others.
    package func clampedInstant(_ column: Int32) -> Instant {
        Instant(milliseconds: integer(column, clampedTo: Self.times))
    }

    /// Decodes a time, or returns `nil` for NULL.
    package func optionalInstant(_ column: Int32) -> Instant? {
        isNull(column) ? nil : instant(column)
    }

    /// Decodes a period from the columns of its start and end.
    package func period(from start: Int32, to end: Int32) -> Period {
        let last = instant(end)
        return Period(
            start: Instant(milliseconds: integer(start, in: 0...last.milliseconds)), end: last)
    }
}
