/// How often durations of about each length were seen.
///
/// Durations below 32 ms have a bucket each; above, every power of two is cut into 16 buckets,
/// so that a percentile is at most 6.25 % above the true one. Durations over 2^31 ms count as
/// that.
package struct Histogram: Hashable, Sendable {
    /// Number of durations by bucket; never zero.
    private(set) var counts: [UInt16: Int] = [:]

    package init() {}

    package var isEmpty: Bool { counts.isEmpty }

    /// Adds that many durations of a bucket; a negative count takes them away again.
    mutating func add(_ count: Int, toBucket bucket: UInt16) {
        let sum = counts[bucket, default: 0] + count
        counts[bucket] = sum == 0 ? nil : sum
    }

    /// Adds durations of that many milliseconds.
    package mutating func add(_ count: Int = 1, milliseconds: Int) {
        add(count, toBucket: Self.bucket(of: milliseconds))
    }

    mutating func merge(_ other: Histogram) {
        for (bucket, count) in other.counts { add(count, toBucket: bucket) }
    }

    /// The longest duration of the bucket that holds the given share of all, in milliseconds.
    ///
    /// This is the nearest-rank percentile; nil when there are no durations.
    package func percentile(_ percent: Int) -> Int? {
        let total = counts.values.reduce(0, +)
        let rank = max(1, (total * percent + 99) / 100)
        var seen = 0
        for (bucket, count) in counts.sorted(by: { $0.key < $1.key }) {
            seen += count
            if seen >= rank { return Self.longest(in: bucket) }
        }
        return nil
    }

    /// The bucket of a duration.
    static func bucket(of milliseconds: Int) -> UInt16 {
        let value = min(max(milliseconds, 0), 1 << 31)
        guard value >= 32 else { return UInt16(value) }
        let exponent = Int.bitWidth - 1 - value.leadingZeroBitCount
        return UInt16(32 + (exponent - 5) * 16 + (value >> (exponent - 4)) - 16)
    }

    /// Where the longest durations are counted.
    static let lastBucket = bucket(of: .max)

    /// The longest duration that falls into a bucket, in milliseconds.
    static func longest(in bucket: UInt16) -> Int {
        guard bucket >= 32 else { return Int(bucket) }
        let (octave, part) = Int(bucket - 32).quotientAndRemainder(dividingBy: 16)
        return ((part + 17) << (octave + 1)) - 1
    }
}
