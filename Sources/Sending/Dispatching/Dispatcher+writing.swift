import CivilTime
import DeliveryLog
import SQLite

extension Dispatcher {
    /// Writes down what is finished and takes what is due, in one transaction.
    func write(dueBy limit: Instant) throws(DatabaseError) {
        let group = finished
        let (claims, disabled) = try transaction(group, dueBy: limit)
        finished = []
        backlog.add(claims)
        mayHaveMore = !claims.isEmpty
        mustLook = false
        for attempt in group { tell(attempt.event) }
        for event in disabled { tell(event) }
    }

    private func transaction(
        _ group: [FinishedAttempt], dueBy limit: Instant
    ) throws(DatabaseError) -> (claims: [Claim], disabled: [DispatchEvent]) {
        let now = clock()
        guard !group.isEmpty else { return (try claim(now, dueBy: limit), []) }
        return try log.write { (writer) throws(DatabaseError) in
            try queue.finish(group, owner: owner, &writer)
            let disabled = try disable(group)
            return (try claim(now, dueBy: limit), disabled)
        }
    }

    private func claim(_ now: Instant, dueBy limit: Instant) throws(DatabaseError) -> [Claim] {
        guard !isStopping else { return [] }
        return try queue.claim(backlog, owner: owner, now: now, dueBy: limit)
    }

    /// Disables the profiles to which nothing gets through any more.
    private func disable(_ group: [FinishedAttempt]) throws(DatabaseError) -> [DispatchEvent] {
        var events: [DispatchEvent] = []
        for attempt in group where attempt.claim.callback.profileID != nil {
            guard let event = try cause(attempt) else { continue }
            guard try maker.disable(attempt.claim.callback, at: attempt.at) else { continue }
            events.append(event)
        }
        return events
    }

    private func cause(_ attempt: FinishedAttempt) throws(DatabaseError) -> DispatchEvent? {
        let (callback, verdict) = (attempt.claim.callback, attempt.verdict)
        if verdict.endpointIsGone { return .disabledAsGone(callback) }
        guard attempt.state == .failed, verdict.reason != .disabled,
            let start = try maker.activeSince(callback),
            try queue.isSilent(
                lane: attempt.claim.lane, activeSince: start, now: attempt.at)
        else { return nil }
        return .disabledAsSilent(callback)
    }
}

extension FinishedAttempt {
    fileprivate var event: DispatchEvent {
        .attempted(
            claim.callback, number: claim.attempt, outcome: outcome, reason: verdict.reason)
    }
}
