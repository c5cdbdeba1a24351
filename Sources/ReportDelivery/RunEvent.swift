package import Alerts
package import CivilTime
import Settings
package import Storage

/// An event of a run.
package enum RunEvent: Sendable {
    /// The report or alert that an event is about.
    package struct Subject: Hashable, Sendable {
        package var company: String
        package var kind: EntryKind
        package var occurrence: Instant
        package var zone: TimeZoneRules
    }

    /// The series counts from now on. The subject is its first report.
    case started(Subject)
    case claimed(Subject, number: Int, recipients: Int)
    case alerted(Subject, title: String, recipients: Int)
    /// The emails of an alert could not be prepared. The alert stays due.
    case alertFailed(company: String, kind: AlertKind, problem: String)
    /// The report is not sent.
    case skipped(Subject, reason: String)
    /// The report could not be prepared and stays due.
    case preparationFailed(Subject, problem: String)
    case delivered(Subject, address: String, reply: String)
    case deferred(Subject, address: String, reply: String, next: Instant)
    case uncertain(Subject, address: String, reply: String, next: Instant)
    case rejected(Subject, address: String, reply: String)
    case expired(Subject, address: String, reply: String)
    /// The mail server rejects this client. The remaining emails wait.
    case stopped(reply: String, waiting: Int)
    /// The mail server cannot be reached. The remaining emails wait for the next run.
    case unreachable(reply: String, waiting: Int)
    case operatorNotified(address: String, count: Int)
    /// - Parameter isFinal: Whether the server rejected the notice permanently.
    case operatorNoticeFailed(address: String, reply: String, next: Instant, isFinal: Bool)
    /// A waiting email was dropped because its address was removed from the configuration.
    case dropped(Subject, address: String)
    case pruned(attempts: Int, before: Instant)
}

extension RunEvent.Subject {
    init(_ company: CompanySettings, _ frequency: Frequency, _ occurrence: Instant) {
        self.init(
            company: company.sid, kind: .report(frequency), occurrence: occurrence,
            zone: company.zone)
    }
}

extension RunEvent {
    /// The severity of an event.
    package enum Severity: Comparable, Sendable {
        case info
        /// The run will retry it.
        case temporary
        /// Someone has to act.
        case permanent
    }

    package var severity: Severity {
        switch self {
        case .started, .claimed, .alerted, .skipped, .delivered, .operatorNotified, .pruned,
            .dropped:
            .info
        case .operatorNoticeFailed(_, _, _, isFinal: true): .permanent
        case .preparationFailed, .alertFailed, .deferred, .uncertain, .unreachable,
            .operatorNoticeFailed:
            .temporary
        case .rejected, .expired, .stopped: .permanent
        }
    }
}

extension RunEvent: CustomStringConvertible {
    /// A line for the log.
    package var description: String {
        switch self {
        case .started(let subject):
            "\(subject.series): enabled; first report due \(subject.due)"
        case .claimed(let subject, let number, let recipients):
            "\(subject.name): prepared report no. \(number) for "
                + (recipients == 1 ? "1 recipient" : "\(recipients) recipients")
        case .alerted(let subject, let title, let recipients):
            "\(subject.series): \(title), for "
                + (recipients == 1 ? "1 recipient" : "\(recipients) recipients")
        case .alertFailed(let company, let kind, let problem):
            "\(company) \(kind.rawValue): could not be prepared, will be retried: \(problem)"
        case .skipped(let subject, let reason): "\(subject.name): skipped, \(reason)"
        case .preparationFailed(let subject, let problem):
            "\(subject.name): could not be prepared, will be retried: \(problem)"
        case .delivered(let subject, let address, let reply):
            "\(subject.name): sent to \(address) (\(reply))"
        case .deferred(let subject, let address, let reply, let next):
            "\(subject.name): deferred for \(address) (\(reply)); "
                + "next attempt \(subject.time(next))"
        case .uncertain(let subject, let address, let reply, let next):
            "\(subject.name): \(address) may have received it (\(reply)); "
                + "the same email will be sent again at \(subject.time(next))"
        case .rejected(let subject, let address, let reply):
            "\(subject.name): rejected for \(address) (\(reply))"
        case .expired(let subject, let address, let reply):
            "\(subject.name): gave up on \(address) after repeated attempts (\(reply))"
        case .stopped(let reply, let waiting), .unreachable(let reply, let waiting):
            "mail server: \(reply); \(waiting == 1 ? "1 email is waiting" : "\(waiting) emails are waiting")"
        case .operatorNotified(let address, let count):
            "notified operator \(address) about \(count == 1 ? "1 failed email" : "\(count) failed emails")"
        case .operatorNoticeFailed(let address, let reply, let next, _):
            "could not notify operator \(address) (\(reply)); next attempt \(next.rfc3339)"
        case .dropped(let subject, let address):
            "\(subject.name): not sent to \(address), which was removed from the configuration"
        case .pruned(let attempts, let before):
            "log: pruned \(attempts == 1 ? "1 attempt" : "\(attempts) attempts") of callbacks that ended "
                + "before \(before.rfc3339)"
        }
    }
}

extension RunEvent.Subject {
    fileprivate var series: String { "\(company) \(kind.rawValue)" }
    fileprivate var due: String { time(occurrence) }
    fileprivate var name: String { "\(series) \(due)" }

    fileprivate func time(_ instant: Instant) -> String { instant.rfc3339(in: zone) }
}

/// Decides how many emails to mark at once before they are sent.
///
/// Marking emails takes a disk sync, which takes as long as sending one email to a nearby server. A
/// typical server gets one email per mark; a fast one gets as many as it accepts within 50
/// milliseconds.
struct SendingPace {
    private var size = 0
    private var start: Instant?
    /// The start of a pause. Pauses do not count as the server's time.
    private var pause: Instant?

    private static let quickMilliseconds: Int64 = 50
    private static let maxBatchSize = 64

    /// Returns the number of emails to mark next. Call this when all marked emails are sent.
    mutating func nextBatchSize(at now: Instant) -> Int {
        let isQuick =
            start.map { now.milliseconds - $0.milliseconds < Self.quickMilliseconds } ?? false
        size = isQuick ? min(2 * size, Self.maxBatchSize) : 1
        start = now
        return size
    }

    mutating func pause(at now: Instant) {
        pause = now
    }

    /// Ends a pause, if there was one.
    mutating func resume(at now: Instant) {
        guard let pause else { return }
        start = start?.advanced(milliseconds: now.milliseconds - pause.milliseconds)
        self.pause = nil
    }
}
