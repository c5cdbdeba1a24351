import CivilTime
import DeliveryLog
import Storage
import StorageErrors

extension DispatchStore {
    /// Records finished attempts and claims due callbacks, in one transaction.
    ///
    /// When this returns, everything is on disk. If it throws, the same order can be submitted
    /// again: what was already written stays unchanged.
    func write(_ order: WriteBatch) throws(StorageError) -> WriteResult {
        var written = WriteResult()
        do {
            try writeTogether(order, &written)
        } catch {
            // One damaged row must not block the others. On a nearly full disk, some of them may
            // fit.
            guard !error.isBusy, !order.finished.isEmpty else { throw error }
            written = WriteResult()
            try write(order.finished[...], owner: order.owner, &written)
            try writeTogether(order.withoutFinished, &written)
        }
        return written
    }

    private func writeTogether(
        _ order: WriteBatch, _ written: inout WriteResult
    ) throws(StorageError) {
        guard !order.finished.isEmpty else {
            written.claims = try queue.transaction { () throws(StorageError) in
                try releaseAndClaim(order)
            }
            return
        }
        let earliest = order.finished.earliest
        (written.disabled, written.claims) = try log.write(at: earliest) {
            (writer) throws(StorageError) in
            try queue.finish(order.finished, owner: order.owner, &writer)
            return (try disable(order.finished), try releaseAndClaim(order))
        }
    }

    /// Writes as many attempts as possible, by splitting the batch in halves.
    private func write(
        _ part: ArraySlice<FinishedAttempt>, owner: Int64, _ written: inout WriteResult
    ) throws(StorageError) {
        do {
            written.disabled += try log.write(at: part.earliest) { (writer) throws(StorageError) in
                try queue.finish(Array(part), owner: owner, &writer)
                return try disable(Array(part))
            }
        } catch {
            guard !error.isBusy, let first = part.first else { throw error }
            guard part.count > 1 else {
                if error.concernsWholeDatabase { throw error }
                return written.unwritable.append((first, error))
            }
            let middle = part.startIndex + part.count / 2
            try write(part[..<middle], owner: owner, &written)
            try write(part[middle...], owner: owner, &written)
        }
    }

    private func releaseAndClaim(_ order: WriteBatch) throws(StorageError) -> [Claim] {
        try queue.release(order.unused, owner: order.owner)
        try queue.renew(order.renewed, owner: order.owner, until: order.leaseUntil)
        guard let room = order.room else { return [] }
        return try queue.claim(room, owner: order.owner, now: order.now, dueBy: order.dueBy)
    }

    /// Disables the profiles whose endpoints are gone or keep failing.
    private func disable(_ group: [FinishedAttempt]) throws(StorageError) -> [DispatchEvent] {
        var events: [DispatchEvent] = []
        for attempt in group where attempt.claim.callback.profileID != nil {
            guard let event = try cause(attempt) else { continue }
            guard try builder.disable(attempt.claim.callback, at: attempt.at) else { continue }
            events.append(event)
        }
        return events
    }

    private func cause(_ attempt: FinishedAttempt) throws(StorageError) -> DispatchEvent? {
        let callback = attempt.claim.callback
        if attempt.endpointIsGone { return .disabledAsGone(callback) }
        guard attempt.state == .failed, attempt.reason != .disabled, !attempt.isOfDamagedProfile,
            let start = try builder.activeSince(callback),
            try queue.isUnresponsive(
                endpoint: attempt.claim.endpoint, activeSince: start, now: attempt.at)
        else { return nil }
        return .disabledAsUnresponsive(callback)
    }
}

extension WriteBatch {
    fileprivate var withoutFinished: WriteBatch {
        var order = self
        order.finished = []
        return order
    }
}

extension Collection<FinishedAttempt> {
    /// When the first of the attempts ended. No later pruning limit can be correct.
    fileprivate var earliest: Instant? { lazy.map(\.at).min() }
}
