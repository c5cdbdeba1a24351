package import CivilTime

/// The spans of time, in UTC, for which counts are kept; the raw values are stored.
package enum BucketSize: Int, CaseIterable {
    /// Every time zone offset in use today is a multiple of it.
    case quarterHour = 0
    case day = 1

    /// Length in milliseconds.
    package var length: Int64 {
        switch self {
        case .quarterHour: 15 * 60 * 1000
        case .day: 24 * 60 * 60 * 1000
        }
    }

    /// The start of the bucket that an instant falls into.
    package func start(of instant: Instant) -> Instant {
        instant.rounded(downTo: length)
    }
}
