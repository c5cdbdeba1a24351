import CivilTime

extension RunEvent: CustomStringConvertible {
    /// A line for the log.
    package var description: String {
        switch self {
        case .started(let subject):
            "\(subject.series): enabled; first report due \(subject.due)"
        case .claimed(let subject, let number, let recipients):
            "\(subject.name): prepared report no. \(number) for "
                + (recipients == 1 ? "1 recipient" : "\(recipients) recipients")
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
    fileprivate var series: String { "\(company) \(frequency.rawValue)" }
    fileprivate var due: String { time(occurrence) }
    fileprivate var name: String { "\(series) \(due)" }

    fileprivate func time(_ instant: Instant) -> String { instant.rfc3339(in: zone) }
}
