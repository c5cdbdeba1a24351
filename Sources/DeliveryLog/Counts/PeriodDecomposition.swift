package import CivilTime

/// A period cut into the buckets that lie whole in it and the edges that do not.
///
/// The buckets are read from the counts; only the edges, less than a quarter hour each, are
/// counted from the attempts. So the cost follows the length of the period and not the log.
package struct PeriodDecomposition {
    package struct Span {
        package var level: BucketSize
        package var start: Instant
        package var end: Instant
    }

    /// Spans of whole buckets, in no order.
    package private(set) var spans: [Span] = []
    /// What is left at both ends.
    package private(set) var edges: [Period] = []

    package init(_ period: Period) {
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
