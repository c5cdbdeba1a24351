import CivilTime
import DeliveryLog
import SQLite
import Storage

extension DispatchStore {
    /// Writes down what is finished and takes what is due, in one transaction.
    ///
    /// When it returns, all of it is on the disk. When it throws, the order can be given again:
    /// what was written of it already is left as it is.
    func write(_ order: WriteOrder) throws(DatabaseError) -> Written {
        var written = Written()
        do {
            try writeAtOnce(order, &written)
        } catch {
            // One damaged row must not keep the others from being written, and on a disk that is
            // nearly full there is room for some.
            guard !error.isBusy, !order.finished.isEmpty else { throw error }
            written = Written()
            try write(order.finished[...], owner: order.owner, &written)
            try writeAtOnce(order.withoutFinished, &written)
        }
        return written
    }

    private func writeAtOnce(
        _ order: WriteOrder, _ written: inout Written
    ) throws(DatabaseError) {
        guard !order.finished.isEmpty else {
            written.claims = try queue.database.transaction { () throws(DatabaseError) in
                try takeAndGiveBack(order)
            }
            return
        }
        let earliest = order.finished.earliest
        (written.disabled, written.claims) = try log.write(at: earliest) {
            (writer) throws(DatabaseError) in
            try queue.finish(order.finished, owner: order.owner, &writer)
            return (try disable(order.finished), try takeAndGiveBack(order))
        }
    }

    /// Writes as much as can be written, by halves.
    private func write(
        _ part: ArraySlice<FinishedAttempt>, owner: Int64, _ written: inout Written
    ) throws(DatabaseError) {
        do {
            written.disabled += try log.write(at: part.earliest) { (writer) throws(DatabaseError) in
                try queue.finish(Array(part), owner: owner, &writer)
                return try disable(Array(part))
            }
        } catch {
            guard !error.isBusy, let first = part.first else { throw error }
            guard part.count > 1 else {
                if error.concernsWholeFile { throw error }
                return written.unwritable.append((first, error))
            }
            let middle = part.startIndex + part.count / 2
            try write(part[..<middle], owner: owner, &written)
            try write(part[middle...], owner: owner, &written)
        }
    }

    private func takeAndGiveBack(_ order: WriteOrder) throws(DatabaseError) -> [Claim] {
        try queue.release(order.unused, owner: order.owner)
        try queue.renew(order.renewed, owner: order.owner, until: order.leaseUntil)
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

extension WriteOrder {
    fileprivate var withoutFinished: WriteOrder {
        var order = self
        order.finished = []
        return order
    }
}

extension Collection<FinishedAttempt> {
    /// When the first of them ended: no prune limit that is later can be right.
    fileprivate var earliest: Instant? { lazy.map(\.at).min() }
}
