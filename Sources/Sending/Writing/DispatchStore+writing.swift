import CivilTime
import DeliveryLog
import SQLite

extension DispatchStore {
    /// Writes down what is finished and takes what is due, in one transaction.
    ///
    /// When it returns, all of it is on the disk; when it throws, none is.
    func write(_ order: WriteOrder) throws(DatabaseError) -> Written {
        try queue.database.transaction { () throws(DatabaseError) in
            var written = Written()
            if !order.finished.isEmpty { written.disabled = try finish(order) }
            try queue.release(order.unused, owner: order.owner)
            if let room = order.room {
                written.claims = try queue.claim(
                    room, owner: order.owner, now: order.now, dueBy: order.dueBy)
            }
            return written
        }
    }

    private func finish(_ order: WriteOrder) throws(DatabaseError) -> [DispatchEvent] {
        try log.write { (writer) throws(DatabaseError) in
            try queue.finish(order.finished, owner: order.owner, &writer)
        }
        return try disable(order.finished)
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
