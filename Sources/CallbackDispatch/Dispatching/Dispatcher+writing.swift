import CivilTime
import DeliveryLog

extension Dispatcher {
    /// Attempts that are written together where so many come in without a pause.
    private static let group = 512

    /// How long attempts may wait for more of them, in milliseconds.
    static let longestWait = 10

    /// Has written down what is finished, and taken what is due, when it is time for it.
    func orderWriting(dueBy limit: Instant) throws {
        guard writing == nil, interruption?.isToBeTried != false else { return }
        let renewed = leasesToRenew()
        guard isToBeWritten || !renewed.isEmpty else { return }
        let order = WriteOrder(
            finished: finished, unused: unused, renewed: renewed,
            room: isStopping ? nil : backlog.held, owner: owner, now: clock(), dueBy: limit)
        try theWriter().take(order)
        writing = order
        (finished, unused, mustLook) = ([], [], false)
    }

    /// When there is enough of it, when the network would soon have nothing to do, or when it
    /// waited for long enough.
    private var isToBeWritten: Bool {
        if mustLook || !unused.isEmpty || interruption != nil { return true }
        guard !finished.isEmpty else { return false }
        return finished.count >= Self.group || transfers.count == 0
            || mayHaveMore && backlog.isRunningLow
            || ContinuousClock.now - finishedSince >= .milliseconds(Self.longestWait)
    }

    /// Whether something waits for an order that can be given now.
    var isToBeWrittenSoon: Bool {
        writing == nil && !finished.isEmpty && interruption == nil
    }

    /// Takes what the writer has done, when it is done.
    func takeWritten() {
        guard let order = writing, let outcome = writer?.outcome() else { return }
        writing = nil
        switch outcome {
        case .success(let result): take(result, of: order)
        case .failure(let error): keep(order, error)
        }
    }

    private func take(_ result: Written, of order: WriteOrder) {
        if interruption != nil { tell(.resumed) }
        interruption = nil
        if isStopping { unused += result.claims } else { backlog.add(result.claims) }
        mayHaveMore = !result.claims.isEmpty
        for id in order.renewed { renewed(id, until: order.leaseUntil) }
        let lost = Set(result.unwritable.map(\.attempt.claim.id))
        for attempt in order.finished where !lost.contains(attempt.claim.id) {
            tell(attempt.event)
        }
        for (attempt, error) in result.unwritable {
            tell(.unwritable(attempt.claim.callback, error: error.description))
        }
        for event in result.disabled { tell(event) }
    }

    /// Keeps what could not be written: to forget it would be to send it again.
    ///
    /// No callbacks are taken meanwhile, so there is never more of it than was held at first, and
    /// as much again that ended while the writer was at work.
    private func keep(_ order: WriteOrder, _ error: any Error) {
        finished = order.finished + finished
        unused = order.unused + unused
        if order.room != nil { mustLook = true }
        leasesSeenAt = nil
        if interruption == nil { tell(.interrupted(error: "\(error)")) }
        interruption = Interruption(error, after: interruption)
    }

    /// The writer, which is there from the first order on.
    private func theWriter() throws -> BatchWriter {
        if let writer { return writer }
        let made = try BatchWriter(open)
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
