package import CivilTime

/// Decides whether the log of a company is silent although it usually is not at this hour.
///
/// The hours before now are compared with the same hours of each of the last seven days. They must
/// have had callbacks throughout, with gaps of at most a third of the silence. Otherwise, a quiet
/// night or weekend would be reported.
package struct SilenceRule: Hashable, Sendable {
    /// The shortest silence that is reported, in milliseconds.
    package var quietFor: Int64 = AlertRule.hour

    /// The number of days to compare with.
    package static let days = 7
    /// The longest silence to compare. A company that has so few callbacks is never silent.
    package static let longest = AlertRule.day

    package init() {}

    package init(quietFor: Int64) {
        self.quietFor = quietFor
    }

    /// Returns whether a silence is unusual.
    ///
    /// - Parameters:
    ///   - silence: How long there was no callback, in milliseconds.
    ///   - now: The current time.
    ///   - zone: The time zone of the company. Traffic follows the local time or UTC, so that the
    ///     hours of both are compared.
    ///   - quarters: Returns the starts of the quarter hours in a period with callbacks, in order.
    package func isSilent<Failure>(
        for silence: Int64, at now: Instant, in zone: TimeZoneRules,
        quarters: (Period) throws(Failure) -> [Instant]
    ) throws(Failure) -> Bool {
        var length = quietFor
        while length <= min(silence, Self.longest) {
            if try isUsuallyBusy(for: length, before: now, zone, quarters) { return true }
            length *= 2
        }
        return false
    }

    private func isUsuallyBusy<Failure>(
        for length: Int64, before now: Instant, _ zone: TimeZoneRules,
        _ quarters: (Period) throws(Failure) -> [Instant]
    ) throws(Failure) -> Bool {
        for day in 1...Self.days {
            for end in Self.sameTimes(as: now, daysBefore: day, in: zone) {
                let period = Self.comparedHours(length, before: end)
                guard Self.isBusy(length, period, try quarters(period)) else { return false }
            }
        }
        return true
    }

    /// Returns the same local time some days before, and the same time in UTC.
    static func sameTimes(
        as now: Instant, daysBefore days: Int, in zone: TimeZoneRules
    ) -> Set<Instant> {
        let civil = zone.civil(now)
        let date = civil.date.adding(days: -days)
        return [
            now.advanced(milliseconds: -Int64(days) * AlertRule.day),
            zone.instant(of: CivilDateTime(date: date, time: civil.time)),
        ]
    }

    /// Returns hours to compare with a silence: a third more, so that the silence does not begin
    /// before the callbacks of a day.
    static func comparedHours(_ length: Int64, before end: Instant) -> Period {
        Period(start: end.advanced(milliseconds: -length - length / 3), end: end)
    }

    /// Returns whether hours had no gap that is longer than a third of a silence.
    static func isBusy(
        _ length: Int64, _ period: Period, _ quarters: some Sequence<Instant>
    ) -> Bool {
        longestGap(in: period, quarters) * 3 <= length
    }

    /// Returns the longest time without a callback, exact to a quarter hour.
    private static func longestGap(
        in period: Period, _ quarters: some Sequence<Instant>
    ) -> Int64 {
        var gap: Int64 = 0
        var last = period.start
        var end = last
        for quarter in quarters {
            gap = max(gap, quarter.milliseconds - last.milliseconds)
            last = max(quarter, period.start)
            end = last.advanced(milliseconds: 15 * 60_000)
        }
        return max(gap, period.end.milliseconds - end.milliseconds)
    }

    /// Changes the state of a company's log.
    ///
    /// - Parameter isSilent: Whether the log is silent now.
    package static func update(
        _ state: inout AlertState, isSilent: Bool, last: Instant?, at now: Instant
    ) {
        switch (state.condition, isSilent) {
        case (.silent, false):
            // A silence that only became usual, for example at night, is not over.
            guard let last, let since = state.since, last >= since else { return }
            (state.condition, state.since) = (.healthy, now)
            state.note(.resumed, at: now)
        case (.silent, true): return
        case (_, true):
            (state.condition, state.since, state.firstFailure) = (.silent, now, last)
            state.note(.silent, at: now)
        case (_, false): return
        }
    }
}
