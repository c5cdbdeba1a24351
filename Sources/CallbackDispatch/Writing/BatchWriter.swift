import CivilTime
import Concurrency
import DeliveryLog
package import Storage
import StorageErrors
import Synchronization

/// The writer thread of a dispatcher. Responses can arrive while it waits for the disk.
///
/// It processes one batch at a time on its own connection. Attempts that finish in the meantime
/// form the next batch, so batches grow with the latency of the disk.
final class BatchWriter: Sendable {
    typealias Outcome = Result<WriteResult, any Error>

    private struct State {
        var batch: WriteBatch?
        var outcome: Outcome?
        var isClosed = false
    }

    private let state = Mutex(State())
    private let submitted = Semaphore()
    private let isOver = Semaphore()
    /// Signals that a batch is done.
    let wakeup: Wakeup

    /// - Parameter open: Opens the store. Called on the writer thread.
    init(_ open: @escaping @Sendable () throws -> DispatchStore) throws(PipeError) {
        wakeup = try Wakeup()
        WorkerThread.start(named: "writing") { [self] in
            work(open)
            isOver.signal()
        }
    }

    /// Submits a batch. The previous batch must be done.
    func take(_ batch: WriteBatch) {
        state.withLock { $0.batch = batch }
        submitted.signal()
    }

    /// Removes and returns the result of the batch, or returns `nil` while it is in progress.
    func outcome() -> Outcome? {
        let outcome = state.withLock { $0.outcome.take() }
        if outcome != nil { wakeup.drain() }
        return outcome
    }

    /// Stops the thread after its current batch, and returns when its connection is closed.
    func close() {
        state.withLock { $0.isClosed = true }
        submitted.signal()
        isOver.wait()
    }

    private func work(_ open: () throws -> DispatchStore) {
        var store: DispatchStore?
        while let batch = next() {
            let outcome = Outcome {
                // If opening fails, the next batch tries again.
                let opened = try store ?? open()
                store = opened
                return try opened.write(batch)
            }
            state.withLock {
                $0.outcome = outcome
                // Signalled after the lock is released, it could stay set although the result was
                // taken.
                wakeup.signal()
            }
        }
    }

    /// Waits for the next batch. Returns `nil` after ``close()``.
    private func next() -> WriteBatch? {
        submitted.wait()
        return state.withLock { $0.batch.take() }
    }
}

/// What a dispatcher works with on one connection, and therefore on one thread.
package struct DispatchStore {
    let queue: CallbackQueue
    let log: AttemptLog
    let builder: any RequestBuilder

    package init(_ queue: CallbackQueue, _ log: AttemptLog, _ builder: any RequestBuilder) {
        (self.queue, self.log, self.builder) = (queue, log, builder)
    }
}

/// The work for one write transaction.
struct WriteBatch: Sendable {
    /// Attempts that have ended.
    var finished: [FinishedAttempt] = []
    /// Claims to release without an attempt.
    var unused: [Claim] = []
    /// Callbacks in flight whose leases are renewed.
    var renewed: [Int64] = []
    /// How many callbacks may be claimed, or `nil` to claim none.
    var room: ClaimBudget?
    /// Identifies the claims of this dispatcher.
    var owner: Int64
    var now: Instant
    /// Callbacks due after this time are not claimed.
    var dueBy: Instant

    /// When the leases that are set or renewed by this batch expire.
    var leaseUntil: Instant { now.advanced(seconds: CallbackQueue.leaseSeconds) }
}

/// The result of a write batch.
struct WriteResult: Sendable {
    /// The new claims.
    var claims: [Claim] = []
    /// The profiles that were disabled.
    var disabled: [DispatchEvent] = []
    /// Attempts that cannot be recorded although the file is writable.
    var unwritable: [(attempt: FinishedAttempt, error: StorageError)] = []
    /// How long the transaction kept others from writing.
    var duration = Duration.zero
}

extension DispatchStore {
    /// Records finished attempts and claims due callbacks, in one transaction.
    ///
    /// When this returns, everything is on disk. If it throws, the same batch can be submitted
    /// again: what was already written stays unchanged.
    func write(_ batch: WriteBatch) throws(StorageError) -> WriteResult {
        var written = WriteResult()
        do {
            try writeTogether(batch, &written)
        } catch {
            // One damaged row must not block the others. On a nearly full disk, some of them may
            // fit.
            guard !error.isBusy, !batch.finished.isEmpty else { throw error }
            written = WriteResult()
            try write(batch.finished[...], owner: batch.owner, &written)
            try writeTogether(batch.withoutFinished, &written)
        }
        return written
    }

    private func writeTogether(
        _ batch: WriteBatch, _ written: inout WriteResult
    ) throws(StorageError) {
        var start = ContinuousClock.now
        defer { written.duration = .now - start }
        guard !batch.finished.isEmpty else {
            written.claims = try queue.transaction { () throws(StorageError) in
                start = .now
                return try releaseAndClaim(batch)
            }
            return
        }
        let earliest = batch.finished.earliest
        (written.disabled, written.claims) = try log.write(at: earliest) {
            (writer) throws(StorageError) in
            start = .now
            try queue.finish(batch.finished, owner: batch.owner, &writer)
            return (try disable(batch.finished), try releaseAndClaim(batch))
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

    private func releaseAndClaim(_ batch: WriteBatch) throws(StorageError) -> [Claim] {
        try queue.release(batch.unused, owner: batch.owner)
        try queue.renew(batch.renewed, owner: batch.owner, until: batch.leaseUntil)
        guard let room = batch.room else { return [] }
        return try queue.claim(room, owner: batch.owner, now: batch.now, dueBy: batch.dueBy)
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
        var batch = self
        batch.finished = []
        return batch
    }
}

extension Collection<FinishedAttempt> {
    /// When the first of the attempts ended. No later prune limit can be correct.
    fileprivate var earliest: Instant? { lazy.map(\.at).min() }
}
