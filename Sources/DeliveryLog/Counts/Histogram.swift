/// How often durations of about each length were seen.
///
/// Durations below 32 ms have a bucket each; above, every power of two is cut into 16 buckets,
/// so that a percentile is at most 6.25 % above the true one. Durations over 2^31 ms count as
/// that.
package struct Histogram: Hashable, Sendable {
    /// Number of durations by bucket; empty as long as there are none.
    private var counts: [Int] = []

    package init() {}

    package var isEmpty: Bool { counts.isEmpty }

    /// Adds that many durations of a bucket.
    package mutating func add(_ count: Int, toBucket bucket: Int) {
        if counts.isEmpty { counts = Array(repeating: 0, count: Self.lastBucket + 1) }
        counts[bucket] += count
    }

    /// Adds durations of that many milliseconds.
    package mutating func add(_ count: Int = 1, milliseconds: Int) {
        add(count, toBucket: Self.bucket(of: milliseconds))
    }

    /// The longest duration of the bucket that holds the given share of all, in milliseconds.
    ///
    /// This is the nearest-rank percentile; nil when there are no durations.
    package func percentile(_ percent: Int) -> Int? {
        let total = counts.reduce(0, +)
        let rank = max(1, (total * percent + 99) / 100)
        var seen = 0
        for (bucket, count) in counts.enumerated() {
            seen += count
            if seen >= rank { return Self.longest(in: bucket) }
        }
        return nil
    }

    /// The bucket of a duration.
    package static func bucket(of milliseconds: Int) -> Int {
        let value = min(max(milliseconds, 0), 1 << 31)
        guard value >= 32 else { return value }
        let exponent = Int.bitWidth - 1 - value.leadingZeroBitCount
        return 32 + (exponent - 5) * 16 + (value >> (exponent - 4)) - 16
    }

    /// Where the longest durations are counted.
    package static let lastBucket = bucket(of: .max)

    /// The longest duration that falls into a bucket, in milliseconds.
    package static func longest(in bucket: Int) -> Int {
        guard bucket >= 32 else { return bucket }
        let (octave, part) = (bucket - 32).quotientAndRemainder(dividingBy: 16)
        return ((part + 17) << (octave + 1)) - 1
    }
}
