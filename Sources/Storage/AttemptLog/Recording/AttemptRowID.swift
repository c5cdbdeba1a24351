import CivilTime
import DeliveryLog
import SQL
import StorageErrors

/// The row ID of an attempt: the quarter hour (UTC) in which it finished, and a number within it.
///
/// The table is therefore ordered by time to a quarter hour, for any order of arrival. Records that
/// arrive as they happen are appended, and any time span is one range of the table.
enum AttemptRowID {
    /// The bits for the number within a quarter hour. No log fills them.
    private static let bits: Int64 = 34

    /// Returns the first row ID of the quarter hour that contains an instant.
    ///
    /// No attempt finishes outside the years 1970 to 9999. Other instants are clamped.
    static func first(at instant: Instant) -> Int64 {
        let storable = min(max(instant.milliseconds, 0), Int64(1) << 48)
        return (storable / BucketSize.quarterHour.length) << bits
    }

    /// Returns the first row ID after the quarter hour that contains an instant.
    static func end(at instant: Instant) -> Int64 {
        first(at: instant) + 1 << bits
    }

    /// Returns the first row ID after all quarter hours with instants before this one.
    static func end(before instant: Instant) -> Int64 {
        end(at: instant.advanced(milliseconds: -1))
    }

    /// The number of the quarter hour of a place, counted from the start of 1970.
    static func quarterNumber(of place: Int64) -> Int64 {
        place >> bits
    }

    /// The start of the quarter hour of a place.
    static func quarterHour(of place: Int64) -> Instant {
        Instant(milliseconds: (place >> bits) * BucketSize.quarterHour.length)
    }
}
