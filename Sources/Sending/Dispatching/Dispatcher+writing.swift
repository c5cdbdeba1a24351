import CivilTime
import DeliveryLog

extension Dispatcher {
    /// Attempts that are written together where so many come in without a pause.
    private static let group = 512

    /// How long attempts may wait for more of them, in milliseconds.
    static let longestWait = 10

    /// Has written down what is finished, and taken what is due, when it is time for it.
    func orderWriting(dueBy limit: Instant) throws {
        guard writing == nil, isToBeWritten else { return }
        let order = WriteOrder(
            finished: finished, unused: unused, room: isStopping ? nil : backlog.held,
            owner: owner, now: clock(), dueBy: limit)
        try theWriter().take(order)
        writing = finished
        (finished, unused, mustLook) = ([], [], false)
    }

    /// When there is enough of it, when the network would soon have nothing to do, or when it
    /// waited for long enough.
    private var isToBeWritten: Bool {
        if mustLook || !unused.isEmpty { return true }
        guard !finished.isEmpty else { return false }
        return finished.count >= Self.group || transfers.count == 0
            || mayHaveMore && backlog.isRunningLow
            || ContinuousClock.now - finishedSince >= .milliseconds(Self.longestWait)
    }

    /// Takes what the writer has done, when it is done.
    func takeWritten() throws {
        guard let attempts = writing, let outcome = writer?.outcome() else { return }
        writing = nil
        let result = try outcome.get()
        if isStopping { unused += result.claims } else { backlog.add(result.claims) }
        mayHaveMore = !result.claims.isEmpty
        for attempt in attempts { tell(attempt.event) }
        for event in result.disabled { tell(event) }
    }

    /// The writer, which is there from the first order on.
    private func theWriter() throws -> Writer {
        if let writer { return writer }
        let made = try Writer(open)
        writer = made
        return made
    }
}

extension FinishedAttempt {
    fileprivate var event: DispatchEvent {
        .attempted(
            claim.callback, number: claim.attempt, outcome: outcome, reason: verdict.reason)
    }
}
