/// A histogram of durations.
///
/// Each duration below 32 ms has its own bucket. Above that, every power of two is divided into 16
/// buckets, so that a percentile is at most 6.25 % above the exact value. Durations over 2^31 ms
/// count as 2^31 ms.
package struct Histogram: Hashable, Sendable {
    /// The number of durations by bucket. Empty if there are none.
    private var counts: [Int] = []

    package init() {}

    package var isEmpty: Bool { counts.isEmpty }

    /// Adds `count` durations to a bucket.
    package mutating func add(_ count: Int, toBucket bucket: Int) {
        if counts.isEmpty { counts = Array(repeating: 0, count: Self.lastBucket + 1) }
        counts[bucket] += count
    }

    /// Adds `count` durations of the given length.
    package mutating func add(_ count: Int = 1, milliseconds: Int) {
        add(count, toBucket: Self.bucket(of: milliseconds))
    }

    /// Returns the longest duration in the bucket of a percentile, in milliseconds.
    ///
    /// Uses the nearest-rank method. Returns `nil` without durations.
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

    /// Returns the bucket of a duration in milliseconds.
    package static func bucket(of milliseconds: Int) -> Int {
        let value = min(max(milliseconds, 0), 1 << 31)
        guard value >= 32 else { return value }
        let exponent = Int.bitWidth - 1 - value.leadingZeroBitCount
        return 32 + (exponent - 5) * 16 + (value >> (exponent - 4)) - 16
    }

    /// The bucket of the longest durations.
    package static let lastBucket = bucket(of: .max)

    /// Returns the longest duration of a bucket, in milliseconds.
    package static func longest(in bucket: Int) -> Int {
        guard bucket >= 32 else { return bucket }
        let (octave, part) = (bucket - 32).quotientAndRemainder(dividingBy: 16)
        return ((part + 17) << (octave + 1)) - 1
    }
}
