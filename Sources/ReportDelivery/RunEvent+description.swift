import CivilTime

extension RunEvent: CustomStringConvertible {
    /// A line for a person.
    package var description: String {
        switch self {
        case .started(let subject):
            "\(subject.series): counting from now on, first report due \(subject.due)"
        case .claimed(let subject, let number, let recipients):
            "\(subject.name): report no. \(number) made for "
                + (recipients == 1 ? "1 recipient" : "\(recipients) recipients")
        case .skipped(let subject, let reason): "\(subject.name): skipped, \(reason)"
        case .unmade(let subject, let problem):
            "\(subject.name): not made, will be tried again: \(problem)"
        case .delivered(let subject, let address, let reply):
            "\(subject.name): sent to \(address) (\(reply))"
        case .deferred(let subject, let address, let reply, let next):
            "\(subject.name): not yet taken for \(address) (\(reply)); "
                + "next attempt \(subject.time(next))"
        case .uncertain(let subject, let address, let reply, let next):
            "\(subject.name): \(address) may have got it (\(reply)); "
                + "the same mail goes once more \(subject.time(next))"
        case .rejected(let subject, let address, let reply):
            "\(subject.name): refused for \(address) (\(reply))"
        case .expired(let subject, let address, let reply):
            "\(subject.name): given up for \(address), tried for too long (\(reply))"
        case .stopped(let reply, let waiting), .unreachable(let reply, let waiting):
            "mail server: \(reply); \(waiting == 1 ? "1 mail waits" : "\(waiting) mails wait")"
        case .operatorTold(let address, let count):
            "operator \(address) told of \(count == 1 ? "1 mail" : "\(count) mails") given up"
        case .operatorNotTold(let address, let reply, let next, _):
            "operator \(address) could not be told (\(reply)); next attempt \(next.rfc3339)"
        case .dropped(let subject, let address):
            "\(subject.name): not sent to \(address), which was removed from the configuration"
        case .pruned(let attempts, let before):
            "log: dropped \(attempts == 1 ? "1 attempt" : "\(attempts) attempts") of callbacks over "
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
