import CivilTime

/// A period divided into whole buckets, and the edges that are not whole buckets.
///
/// Whole buckets are read from the stored counts. Only the edges, each shorter than a quarter hour,
/// are counted from the attempts. The cost therefore depends on the length of the period, not on
/// the size of the log.
struct PeriodDecomposition {
    struct Span {
        var level: BucketSize
        var start: Instant
        var end: Instant
    }

    /// The spans of whole buckets, in any order.
    private(set) var spans: [Span] = []
    /// What remains at both ends.
    private(set) var edges: [Period] = []

    init(_ period: Period) {
        let quarter = BucketSize.quarterHour
        let first = Self.up(period.start, quarter)
        let last = quarter.start(of: period.end)
        guard first <= last else {
            edges = [period]
            return
        }
        addEdge(from: period.start, to: first)
        addEdge(from: last, to: period.end)
        let firstDay = Self.up(first, .day)
        let lastDay = BucketSize.day.start(of: last)
        guard firstDay < lastDay else {
            add(.quarterHour, first, last)
            return
        }
        add(.quarterHour, first, firstDay)
        add(.day, firstDay, lastDay)
        add(.quarterHour, lastDay, last)
    }

    private mutating func add(_ level: BucketSize, _ start: Instant, _ end: Instant) {
        if start < end { spans.append(Span(level: level, start: start, end: end)) }
    }

    private mutating func addEdge(from start: Instant, to end: Instant) {
        if start < end { edges.append(Period(start: start, end: end)) }
    }

    private static func up(_ instant: Instant, _ level: BucketSize) -> Instant {
        level.start(of: instant.advanced(milliseconds: level.length - 1))
    }
}
