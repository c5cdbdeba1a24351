import CivilTime
import Storage

/// Attempts in the log that finished more than a day after now. No report counts them yet.
struct FutureAttempts {
    private let count: Int
    private let last: Instant
    /// Whether such attempts were recorded in the last seven days. The program that writes the log
    /// may still have a wrong clock.
    let isNew: Bool

    /// Returns nil if there are none.
    init?(of log: AttemptLog, at now: Instant) throws {
        guard let found = try log.attemptsInFuture(of: now) else { return nil }
        (count, last) = found
        isNew = try log.hasRecordedAhead(since: now.advanced(seconds: -7 * 86_400))
    }
}

extension FutureAttempts: CustomStringConvertible {
    var description: String {
        let records = count == 1 ? "1 record is" : "\(count) records are"
        return
            "\(records) more than a day in the future, the last one at \(last.rfc3339); check the "
            + "clock of the program that writes the log"
    }
}
