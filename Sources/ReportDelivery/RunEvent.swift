package import CivilTime
import Settings

/// An event of a run.
package enum RunEvent: Sendable {
    /// The report that an event is about.
    package struct Subject: Hashable, Sendable {
        package var company: String
        package var frequency: Frequency
        package var occurrence: Instant
        package var zone: TimeZoneRules
    }

    /// The series counts from now on. The subject is its first report.
    case started(Subject)
    case claimed(Subject, number: Int, recipients: Int)
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
            company: company.sid, frequency: frequency, occurrence: occurrence, zone: company.zone)
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
        case .started, .claimed, .skipped, .delivered, .operatorNotified, .pruned, .dropped: .info
        case .operatorNoticeFailed(_, _, _, isFinal: true): .permanent
        case .preparationFailed, .deferred, .uncertain, .unreachable, .operatorNoticeFailed:
            .temporary
        case .rejected, .expired, .stopped: .permanent
        }
    }
}
