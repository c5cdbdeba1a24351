package import CivilTime
package import SQLite

extension Statement {
    /// The times that tables have, in milliseconds: from 1970 to far beyond the year 9999.
    package static let times: ClosedRange<Int64> = 0...(1 << 48)

    /// A time; another one than tables can have is reported as damage.
    package func instant(_ column: Int32) -> Instant {
        Instant(milliseconds: integer(column, in: Self.times))
    }

    /// The nearest time that tables can have, where no single row may keep others from being read.
    package func clampedInstant(_ column: Int32) -> Instant {
        Instant(milliseconds: integer(column, clampedTo: Self.times))
    }

    /// The same; nil for NULL.
    package func optionalInstant(_ column: Int32) -> Instant? {
        isNull(column) ? nil : instant(column)
    }

    /// A period that starts at the time in one column and ends at the one in another.
    package func period(from start: Int32, to end: Int32) -> Period {
        let last = instant(end)
        return Period(
            start: Instant(milliseconds: integer(start, in: 0...last.milliseconds)), end: last)
    }
}
