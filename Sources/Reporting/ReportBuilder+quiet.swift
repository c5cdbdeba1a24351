import CivilTime
import DeliveryLog
import SQLite
import Storage

extension ReportBuilder {
    private static let hour: Int64 = 3_600_000
    private static let fourWeeks: Int64 = 28 * 24 * hour

    /// Returns why a period has no callbacks, or nil if it has some.
    ///
    /// The log is silent if it has received no record of any company for longer than the longest
    /// gap in the four weeks before, and for at least an hour.
    func quiet(_ totals: Tally, _ period: Period) throws(DatabaseError) -> Notes.Quiet? {
        guard totals.callbacks == 0 else { return nil }
        guard let last = try log.lastAttempt(before: period.end) else { return .neverAny }
        let weeks = Period(
            start: last.advanced(milliseconds: -Self.fourWeeks),
            end: last.advanced(milliseconds: 1))
        let usual = max(try log.longestSilence(in: weeks), Self.hour)
        let silence = period.end.milliseconds - last.milliseconds
        return silence > usual ? .silent(since: last) : .noCallbacks
    }
}
