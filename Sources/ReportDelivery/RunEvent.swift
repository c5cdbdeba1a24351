package import CivilTime
package import Scheduling
import Settings

/// Something that a run did or could not do.
package enum RunEvent: Sendable {
    /// A report of a series.
    package struct Subject: Hashable, Sendable {
        package var company: String
        package var frequency: Frequency
        package var occurrence: Instant
        package var zone: TimeZoneRules
    }

    /// The series is counted from now on; its first report is due then.
    case started(Subject)
    case claimed(Subject, number: Int, recipients: Int)
    /// A report that is not sent, with the reason.
    case skipped(Subject, reason: String)
    /// A report that could not be made; it stays due.
    case unmade(Subject, problem: String)
    case delivered(Subject, address: String, reply: String)
    case deferred(Subject, address: String, reply: String, next: Instant)
    case uncertain(Subject, address: String, reply: String, next: Instant)
    case rejected(Subject, address: String, reply: String)
    case expired(Subject, address: String, reply: String)
    /// The mail server refuses us altogether; what is left waits.
    case stopped(reply: String, waiting: Int)
    /// The mail server cannot be reached; what is left waits for the next run.
    case unreachable(reply: String, waiting: Int)
    case operatorTold(address: String, count: Int)
    /// - Parameter isFinal: whether the server says that it is no use to ask again.
    case operatorNotTold(address: String, reply: String, next: Instant, isFinal: Bool)
    /// A mail that waited for an address which was removed from the configuration.
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
    /// How bad it is.
    package enum Severity: Comparable, Sendable {
        case fine
        /// It will be tried again.
        case forNow
        /// Somebody has to do something.
        case forGood
    }

    package var weight: Severity {
        switch self {
        case .started, .claimed, .skipped, .delivered, .operatorTold, .pruned, .dropped: .fine
        case .operatorNotTold(_, _, _, isFinal: true): .forGood
        case .unmade, .deferred, .uncertain, .unreachable, .operatorNotTold: .forNow
        case .rejected, .expired, .stopped: .forGood
        }
    }
}
