import CivilTime
import Curl
import DeliveryLog
import Storage
import StorageErrors

/// A period in which the file cannot be read or written. Access is retried with backoff.
struct StorageOutage {
    let error: any Error
    /// When the first failure occurred.
    private let since: ContinuousClock.Instant
    private let wait: Duration
    private let nextTry: ContinuousClock.Instant

    private static let longestWait = Duration.seconds(2)

    /// - Parameter previous: The preceding failure, if nothing has succeeded since.
    init(_ error: any Error, after previous: StorageOutage?) {
        self.error = error
        since = previous?.since ?? .now
        wait = min(previous.map { $0.wait * 2 } ?? .milliseconds(50), Self.longestWait)
        nextTry = .now + wait
    }

    var isRetryDue: Bool { ContinuousClock.now >= nextTry }

    /// Whether retrying is pointless because the open file is no longer the database.
    var isPermanent: Bool { (error as? StorageError)?.isOfMissingFile == true }

    /// Throws the error if the interruption has lasted too long.
    func throwIfExpired() throws {
        if isPermanent { throw error }
        // Another process releases its lock eventually. A full disk does not recover by itself.
        let isBusy = (error as? StorageError)?.isBusy == true
        if ContinuousClock.now - since > .seconds(isBusy ? 45 : 4) { throw error }
    }
}

extension Dispatcher {
    /// The batch size under load: this many finished attempts are written without waiting for more.
    private static let batchSize = 512

    /// The longest time that a finished attempt waits for others to join its batch, in
    /// milliseconds.
    static let longestWait = 10

    /// Hands finished attempts to the writer and claims due callbacks, if it is time for that.
    func startWriting(dueBy limit: Instant) throws {
        guard writing == nil, interruption?.isRetryDue != false else { return }
        let renewed = leasesToRenew()
        guard shouldWrite || !renewed.isEmpty else { return }
        let (part, rest) = batchLimit.split(finished)
        var room = readyQueue.held
        // Results that wait count as claims. Otherwise a company whose endpoints respond at once could
        // have any number of them.
        for attempt in rest { room.add(attempt.claim) }
        room.limitNewClaims(to: batchLimit.claims)
        let batch = WriteBatch(
            finished: part, unused: unused, renewed: renewed,
            room: isStopping ? nil : room, owner: owner, now: clock(), dueBy: limit)
        try startedWriter().take(batch)
        writing = batch
        (finished, unused, mustPoll) = (rest, [], false)
    }

    /// Whether to write now: the batch is full, the network would soon be idle, or an attempt has
    /// waited long enough.
    private var shouldWrite: Bool {
        if mustPoll || !unused.isEmpty || interruption != nil { return true }
        guard !finished.isEmpty else { return false }
        return finished.count >= Self.batchSize || transfers.count == 0
            || mayHaveMore && readyQueue.isRunningLow
            || ContinuousClock.now - finishedSince >= .milliseconds(Self.longestWait)
    }

    /// Whether finished attempts only wait for their batch to fill.
    var willWriteSoon: Bool {
        writing == nil && !finished.isEmpty && interruption == nil
    }

    /// Handles the writer's result, if there is one.
    func takeWritten() {
        guard let batch = writing, let outcome = writer?.outcome() else { return }
        writing = nil
        switch outcome {
        case .success(let result): take(result, of: batch)
        case .failure(let error): keep(batch, error)
        }
    }

    private func take(_ result: WriteResult, of batch: WriteBatch) {
        if interruption != nil { onEvent(.resumed) }
        interruption = nil
        batchLimit.note(result.duration, of: batch, result.claims)
        unrecorded.set(finished.count)
        if isStopping { unused += result.claims } else { readyQueue.add(result.claims) }
        mayHaveMore = !result.claims.isEmpty
        for id in batch.renewed { renewed(id, until: batch.leaseUntil) }
        let lost = Set(result.unwritable.map(\.attempt.claim.id))
        for attempt in batch.finished where !lost.contains(attempt.claim.id) {
            onEvent(attempt.event)
        }
        for (attempt, error) in result.unwritable {
            onEvent(.unwritable(attempt.claim.callback, error: error.description))
        }
        for event in result.disabled { onEvent(event) }
    }

    /// Keeps the attempts that could not be written. Dropping them would send their callbacks
    /// again.
    ///
    /// The dispatcher claims no callbacks during an interruption. The amount kept is therefore
    /// bounded by the claims held at the start, plus the ones that finished while the writer was busy.
    private func keep(_ batch: WriteBatch, _ error: any Error) {
        finished = batch.finished + finished
        unused = batch.unused + unused
        if batch.room != nil { mustPoll = true }
        leasesSeenAt = nil
        unrecorded.set(finished.count)
        if interruption == nil { onEvent(.interrupted(error: "\(error)")) }
        interruption = StorageOutage(error, after: interruption)
    }

    /// Returns the writer and starts it on first use.
    private func startedWriter() throws -> BatchWriter {
        if let writer { return writer }
        let made = try BatchWriter(open)
        writer = made
        return made
    }
}

extension FinishedAttempt {
    fileprivate var event: DispatchEvent {
        .attempted(
            claim.callback, number: claim.attempt, outcome: outcome, reason: reason)
    }
}
