/// The transitions of a zone, and the rule for the time after them.
struct TransitionTable: Hashable, Sendable {
    /// The transition times in seconds since the epoch, strictly ascending.
    var times: [Int64]
    /// For each transition, the index in ``offsets`` of the new offset.
    var kinds: [UInt8]
    /// The offsets. Never empty; the first one applies before the first transition.
    var offsets: [ZoneOffset]
    /// The rule after the last transition.
    var footer: POSIXTimeZoneRule?

    /// Returns the range of constant offset that contains the second.
    func span(at second: Int64) -> LocalTimeType {
        let next = firstTransition(after: second)
        let start = next == 0 ? .min : times[next - 1]
        guard next == times.count, let footer else {
            let kind = next == 0 ? 0 : Int(kinds[next - 1])
            let end = next == times.count ? .max : times[next]
            return LocalTimeType(offset: offsets[kind], start: start, end: end)
        }
        var span = footer.span(at: second)
        span.start = max(span.start, start)
        return span
    }

    /// The rule after the last transition.
    var latestRule: POSIXTimeZoneRule {
        let last = kinds.last.map(Int.init) ?? 0
        return footer ?? POSIXTimeZoneRule(standard: offsets[last], daylight: nil)
    }

    private func firstTransition(after second: Int64) -> Int {
        var low = 0
        var high = times.count
        while low < high {
            let middle = (low + high) / 2
            if times[middle] <= second { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
