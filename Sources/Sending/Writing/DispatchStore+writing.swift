import CivilTime
import DeliveryLog
import SQLite

extension DispatchStore {
    /// Writes down what is finished and takes what is due, in one transaction.
    ///
    /// When it returns, all of it is on the disk; when it throws, none is.
    func write(_ order: WriteOrder) throws(DatabaseError) -> Written {
        guard !order.finished.isEmpty else {
            return try queue.database.transaction { () throws(DatabaseError) in
                Written(claims: try takeAndGiveBack(order))
            }
        }
        return try log.write { (writer) throws(DatabaseError) in
            try queue.finish(order.finished, owner: order.owner, &writer)
            let disabled = try disable(order.finished)
            return Written(claims: try takeAndGiveBack(order), disabled: disabled)
        }
    }

    private func takeAndGiveBack(_ order: WriteOrder) throws(DatabaseError) -> [Claim] {
        try queue.release(order.unused, owner: order.owner)
        guard let room = order.room else { return [] }
        return try queue.claim(room, owner: order.owner, now: order.now, dueBy: order.dueBy)
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
