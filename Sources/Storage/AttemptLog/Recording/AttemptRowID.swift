import CivilTime
import DeliveryLog

/// Where an attempt stands in its table: the quarter hour (UTC) in which it finished, then a
/// number within it.
///
/// So the table is in order of time, whatever the order of arrival, to a quarter hour: what
/// arrives as it happens is appended, and any span of time is one stretch of the table.
enum AttemptRowID {
    /// A quarter hour has room for so many bits of attempts, which no log fills.
    private static let bits: Int64 = 34

    /// The first place of the quarter hour that an instant lies in.
    ///
    /// No attempt finishes outside the years 1970 to 9999; such an instant is next to them here.
    static func first(at instant: Instant) -> Int64 {
        let storable = min(max(instant.milliseconds, 0), Int64(1) << 48)
        return (storable / BucketSize.quarterHour.length) << bits
    }

    /// The first place of the quarter hour after the one that an instant lies in.
    static func end(at instant: Instant) -> Int64 {
        first(at: instant) + 1 << bits
    }

    /// The first place after all that hold instants before this one.
    static func end(before instant: Instant) -> Int64 {
        end(at: instant.advanced(milliseconds: -1))
    }

    /// The start of the quarter hour of a place.
    static func quarterHour(of place: Int64) -> Instant {
        Instant(milliseconds: (place >> bits) * BucketSize.quarterHour.length)
    }
}
