package import CivilTime
package import Storage

/// A report that is due, and whether to send it.
package struct PlannedReport: Hashable, Sendable {
    package enum Action: Hashable, Sendable {
        case send
        /// Skip the report because more reports were missed than `catchUp` allows.
        case skip
    }

    package var occurrence: Instant
    package var period: Period
    package var action: Action
}

/// Decides which reports are due.
///
/// The result depends only on the schedule, the state in the ledger and the given instant.
package enum Plan {
    /// Returns the reports of a series that are due at `now` and not recorded yet, oldest first.
    ///
    /// Occurrences before `state.countingSince` are not part of the series. If the clock was set
    /// back, no report is due until it passes the last recorded occurrence.
    ///
    /// - Parameters:
    ///   - schedule: When the series has its occurrences.
    ///   - state: What the ledger knows of the series.
    ///   - now: The current time.
    ///   - catchUp: The maximum number of reports to send, counted from the latest. The older ones
    ///     are skipped. 0 has the same effect as 1.
    package static func due(
        _ schedule: Schedule, _ state: SeriesState, now: Instant, catchUp: Int
    ) -> [PlannedReport] {
        let start = max(state.countingSince, state.lastOccurrence ?? state.countingSince)
        guard start < now else { return [] }
        let occurrences = schedule.occurrences(after: start, through: now)
        let sent = max(1, catchUp)
        var last = state.lastOccurrence
        var planned: [PlannedReport] = []
        for (index, occurrence) in occurrences.enumerated() {
            let period = period(
                endingAt: occurrence, schedule, since: state.countingSince, after: last)
            let isSkipped = index < occurrences.count - sent
            planned.append(
                PlannedReport(
                    occurrence: occurrence, period: period, action: isSkipped ? .skip : .send))
            last = occurrence
        }
        return planned
    }

    /// Returns the period of an occurrence, given the end of the last recorded period.
    ///
    /// A period starts where the last one ended, even if the hour or the time zone changed since.
    /// The first period of a series, or the first after the series was disabled, is a full period
    /// of the schedule without the part that an earlier report covered.
    package static func period(
        endingAt occurrence: Instant, _ schedule: Schedule, since countingSince: Instant,
        after last: Instant?
    ) -> Period {
        let usual = schedule.period(endingAt: occurrence)
        guard let last, last <= occurrence else { return usual }
        let isContinuous = last >= countingSince
        return Period(start: isContinuous ? last : max(last, usual.start), end: occurrence)
    }
}
