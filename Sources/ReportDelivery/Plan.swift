package import CivilTime
package import Scheduling

/// A report that is due, or was missed and is passed over.
package struct PlannedReport: Hashable, Sendable {
    package enum Action: Hashable, Sendable {
        case send
        /// More reports were missed than `catchUp` allows.
        case skip
    }

    package var occurrence: Instant
    package var period: Period
    package var action: Action
}

/// Decides what is due: a function of schedule, ledger and instant, and of nothing else.
package enum Plan {
    /// The reports of a series that are due by an instant and not recorded yet, oldest first.
    ///
    /// Occurrences from before the series was counted are none of its reports. Where a clock
    /// went back there are no new ones.
    ///
    /// - Parameter catchUp: how many are sent at most, the latest ones; 0 means only the latest.
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

    /// The period of an occurrence, given the end of the last one that is recorded.
    ///
    /// It starts where the last one ended, also when hour or zone were changed since. The first
    /// of a series, or the first since it was off, is a whole period of the schedule, less what
    /// an earlier report told already.
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
