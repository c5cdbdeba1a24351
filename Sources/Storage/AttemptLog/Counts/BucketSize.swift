import CivilTime

/// The UTC time spans for which counts are stored. The raw values are stored.
enum BucketSize: Int, CaseIterable {
    /// All time zone offsets in use today are multiples of this.
    case quarterHour = 0
    case day = 1

    /// The length in milliseconds.
    var length: Int64 {
        switch self {
        case .quarterHour: 15 * 60 * 1000
        case .day: 24 * 60 * 60 * 1000
        }
    }

    /// Returns the start of the bucket that contains an instant.
    func start(of instant: Instant) -> Instant {
        instant.rounded(downTo: length)
    }

    /// Which bucket an instant falls into, counted from the start of 1970.
    package func number(of instant: Instant) -> Int64 {
        start(of: instant).milliseconds / length
    }
}
