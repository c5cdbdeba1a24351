package import CivilTime

/// The number of callbacks by outcome.
package struct Tally: Hashable, Sendable {
    package var delivered: Int
    package var failed: Int
    package var retrying: Int

    package init(delivered: Int = 0, failed: Int = 0, retrying: Int = 0) {
        self.delivered = delivered
        self.failed = failed
        self.retrying = retrying
    }

    /// The total: delivered, failed and retrying.
    package var callbacks: Int { delivered + failed + retrying }

    /// The share of delivered callbacks among finished ones, from 0 to 1, or `nil` if it is unknown.
    ///
    /// It is unknown if no callback has finished, or if none has failed and some are still retrying:
    /// a rate of 1 would be uncertain until the last retry has ended. Every output uses this rule.
    package var deliveryRate: Double? {
        let over = delivered + failed
        guard over > 0, failed > 0 || retrying == 0 else { return nil }
        return Double(delivered) / Double(over)
    }

    package subscript(outcome: Outcome) -> Int {
        get {
            switch outcome {
            case .delivered: delivered
            case .failed: failed
            case .retrying: retrying
            }
        }
        set {
            switch outcome {
            case .delivered: delivered = newValue
            case .failed: failed = newValue
            case .retrying: retrying = newValue
            }
        }
    }

    package static func += (left: inout Tally, right: Tally) {
        left.delivered += right.delivered
        left.failed += right.failed
        left.retrying += right.retrying
    }
}

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

/// The state of the callbacks of a period at its end.
///
/// Later attempts do not change it. Only records that arrive late do.
package struct Standing: Hashable, Sendable {
    package var tally: Tally
    /// Identifies the attempts of the period when they had this state, or nil if it is unknown.
    package var fingerprint: Int64?

    package init(_ tally: Tally, fingerprint: Int64? = nil) {
        self.tally = tally
        self.fingerprint = fingerprint
    }
}

/// A period that was reported, in the state that the reports of its series have described last.
package struct ReportedPeriod: Hashable, Sendable {
    /// The ID of its own report in the ledger.
    package var report: Int64
    package var period: Period
    package var standing: Standing

    package init(report: Int64 = 0, period: Period, standing: Standing) {
        self.report = report
        self.period = period
        self.standing = standing
    }
}

/// The callbacks of one company in one period.
package struct PeriodCounts: Sendable {
    /// The callbacks with the same endpoint, channel, outcome and reason.
    package struct Line: Hashable, Sendable {
        package var endpoint: Endpoint
        /// The title of the profile, from the gateway or a record.
        package var title: String?
        package var channel: String?
        package var outcome: Outcome
        /// The reason, or `nil` if and only if they were delivered.
        package var reason: Reason?
        package var count: Int

        package init(
            endpoint: Endpoint, title: String?, channel: String?, outcome: Outcome,
            reason: Reason?, count: Int
        ) {
            self.endpoint = endpoint
            self.title = title
            self.channel = channel
            self.outcome = outcome
            self.reason = reason
            self.count = count
        }
    }

    /// The lines in any order, each combination once.
    package var lines: [Line] = []
    /// The durations of delivered callbacks, if recorded.
    package var latency = Histogram()

    package init() {}

    package var tally: Tally {
        lines.reduce(into: Tally()) { $0[$1.outcome] += $1.count }
    }
}

/// The callbacks that finished an attempt in a period and a later one after it.
package struct SupersededSincePeriod: Hashable, Sendable {
    /// Their outcomes at the end of the period.
    package var then: Tally
    /// The callbacks that had failed then and have been delivered since.
    package var recovered: Int

    package init(then: Tally, recovered: Int) {
        self.then = then
        self.recovered = recovered
    }
}
