import Alerts
import CivilTime
import Storage
import StorageErrors

/// Finds times without records of any company in the log, as of a period's end.
struct SilenceSearch {
    private let log: AttemptLog
    private let zone: TimeZoneRules
    private let period: Period
    /// The quarter hours of the period with records, after the last one before it.
    private let quarters: [Instant]

    /// - Parameters:
    ///   - period: The period, or the part of it that the figures are about.
    ///   - zone: The time zone of the company.
    init(_ log: AttemptLog, in period: Period, _ zone: TimeZoneRules) throws(StorageError) {
        self.log = log
        self.zone = zone
        self.period = period
        quarters = try Self.quarters(log, in: period)
    }

    /// Returns the quarter hours of a period with records, after the last one before it.
    private static func quarters(
        _ log: AttemptLog, in period: Period
    ) throws(StorageError) -> [Instant] {
        let before = try log.lastQuarterWithAttempts(before: period.start)
        return (before.map { [$0] } ?? []) + (try log.quartersWithAttempts(in: period))
    }

    private static let quarterHour: Int64 = 900_000
    private static let hour: Int64 = 3_600_000

    /// Returns the silences that are unusual and ended within the period, oldest first.
    ///
    /// In a long period, short ones are ignored: less than 1/24 of it.
    func ended() throws(StorageError) -> [Period] {
        let least = max(Self.hour, period.length / 24)
        var gaps: [Period] = []
        for (one, other) in zip(quarters, quarters.dropFirst())
        where other.milliseconds - one.milliseconds > least - Self.quarterHour {
            let next = other.advanced(milliseconds: Self.quarterHour)
            guard
                let start = try log.lastAttempt(
                    before: one.advanced(milliseconds: Self.quarterHour)),
                let end = try log.firstAttempt(from: other, before: min(next, period.end))
            else { continue }
            let inside = end.milliseconds - max(start, period.start).milliseconds
            if inside >= least { gaps.append(Period(start: start, end: end)) }
        }
        guard let first = gaps.first else { return [] }
        return try activity(before: first.start).map { activity in
            gaps.filter { activity.isUnusual($0) }
        } ?? []
    }

    /// Returns why the period or its end has no callbacks, or nil if it has some or if nothing is
    /// unusual.
    ///
    /// - Parameters:
    ///   - isEmpty: Whether the company has no callbacks in the period.
    ///   - now: The time of the report. Records from between the end and this time end a silence.
    func quiet(isEmpty: Bool, now: Instant) throws(StorageError) -> Notes.Quiet? {
        guard let last = try log.lastAttempt(before: period.end) else {
            return isEmpty ? .neverAny : nil
        }
        let silence = Period(start: last, end: period.end)
        guard silence.length >= Self.hour, let activity = try activity(before: last) else {
            return isEmpty ? .noCallbacks : nil
        }
        let isUnusual = activity.isUnusual(silence)
        guard isUnusual || isEmpty else { return nil }
        let next = try log.firstAttempt(from: period.end, before: now)
        if isUnusual { return .silent(since: last, until: next) }
        // Exact to a quarter hour.
        let longest = (activity.longestGap(before: last) ?? 0) + Self.quarterHour
        return silence.length <= longest
            ? .usualGap(since: last, until: next) : .longGap(since: last, until: next)
    }

    /// Returns when the log usually has records, or nil if it has none.
    ///
    /// - Parameter time: The start of the first silence to compare.
    private func activity(before time: Instant) throws(StorageError) -> UsualActivity? {
        guard
            let beginning = try log.firstAttempt(
                from: Instant(milliseconds: 0), before: period.end)
        else { return nil }
        let memory = Period(
            start: time.advanced(milliseconds: -UsualActivity.memory), end: period.end)
        return UsualActivity(
            quarters: try Self.quarters(log, in: memory), beginning: beginning, zone: zone)
    }
}
