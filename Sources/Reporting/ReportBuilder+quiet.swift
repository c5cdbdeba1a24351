import CivilTime
import DeliveryLog
import Storage
import StorageErrors

extension ReportBuilder {
    private static let hour: Int64 = 3_600_000
    private static let day: Int64 = 24 * hour
    private static let fourWeeks: Int64 = 28 * day

    /// Returns why a period, or its end, has no callbacks, or nil if it has some.
    ///
    /// The log is silent if it has received no record of any company for longer than the longest
    /// gap in the four weeks before, and for at least an hour. If the period has callbacks, the
    /// silence must last for at least a day: a weekly report must not say that all is well when
    /// the daily report of the same hour says that the log is silent.
    func quiet(_ totals: Tally, _ period: Period) throws(StorageError) -> Notes.Quiet? {
        let isEmpty = totals.callbacks == 0
        guard let last = try log.lastAttempt(before: period.end) else {
            return isEmpty ? .neverAny : nil
        }
        let silence = period.end.milliseconds - last.milliseconds
        let least = isEmpty ? Self.hour : Self.day
        guard silence > least else { return isEmpty ? .noCallbacks : nil }
        let weeks = Period(
            start: last.advanced(milliseconds: -Self.fourWeeks),
            end: last.advanced(milliseconds: 1))
        if silence > (try log.longestSilence(in: weeks)) { return .silent(since: last) }
        return isEmpty ? .noCallbacks : nil
    }
}
