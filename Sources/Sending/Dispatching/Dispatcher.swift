package import CivilTime
package import Curl
package import DeliveryLog

/// Sends what is due: takes callbacks from the queue, exchanges them, and writes down what came of it.
///
/// One thread does everything. Attempts are written in groups, each with its row of the log and
/// the queue's change in one transaction, which takes new callbacks in the same go; while the
/// disk is busy, answers come in.
package final class Dispatcher {
    let queue: CallbackQueue
    let log: DeliveryLog
    let maker: any RequestMaker
    let clock: () -> Instant
    /// From 0 up to 1, for the wait before the next attempt.
    let chance: () -> Double
    let tell: (DispatchEvent) -> Void
    /// Tells this dispatcher's claims from those of any other.
    let owner = Int64.random(in: 1...Int64.max)
    var transfers: HTTPTransfers
    var backlog = Backlog()
    var flights: [Int64: Flight] = [:]
    var parked: [Int64: [Flight]] = [:]
    var tokens = TokenKeeper()
    var finished: [FinishedAttempt] = []
    /// Whether the queue has to be asked whether something is due.
    var mustLook = true
    /// Whether it gave something when it was asked last, and may have more.
    var mayHaveMore = true
    /// Whether only what is under way is to be finished.
    private(set) var isStopping = false

    /// - Parameters:
    ///   - options: with the limits of ``HTTPLimits/ofCallbacks``.
    ///   - clock: the time of day; a simulated one need not move by itself.
    ///   - tell: hears of what is worth a line.
    package init(
        queue: CallbackQueue, log: DeliveryLog, maker: any RequestMaker, options: HTTPOptions,
        clock: @escaping () -> Instant, chance: @escaping () -> Double = { .random(in: 0..<1) },
        tell: @escaping (DispatchEvent) -> Void = { _ in }
    ) throws(CurlError) {
        self.queue = queue
        self.log = log
        self.maker = maker
        self.clock = clock
        self.chance = chance
        self.tell = tell
        transfers = try HTTPTransfers(options, connections: 4 * Slots.all)
    }

    /// Sends everything that is due now, and returns when the last answer is written down.
    ///
    /// - Parameter stop: asked now and then; once true, only what is under way is finished.
    package func sendWhatIsDue(until stop: () -> Bool = { false }) throws {
        let limit = clock()
        mustLook = true
        while mustLook || isAtWork {
            if !isStopping, stop() { try giveBack() }
            try turn(dueBy: limit, wait: 200)
        }
    }

    /// Sends callbacks as they become due, until `stop` is true and all answers are in.
    ///
    /// - Parameter waker: can be read when the queue has got something new; -1 for none.
    package func run(until stop: () -> Bool, waker: Int32 = -1) throws {
        var nextLook = clock()
        while !stop() {
            try turn(dueBy: clock(), wait: try patience(), waker: waker)
            guard backlog.isEmpty || clock() >= nextLook else { continue }
            nextLook = clock().advanced(milliseconds: Self.glance)
            mustLook = try queue.nextWork().map { $0 <= clock() } ?? false
        }
        try giveBack()
        while isAtWork { try turn(dueBy: clock(), wait: 200) }
    }

    var isAtWork: Bool { !backlog.isEmpty || !finished.isEmpty }

    /// Begins what has a place, waits for answers, and writes down what there is.
    private func turn(dueBy limit: Instant, wait: Int, waker: Int32 = -1) throws {
        try launch()
        let canWait = finished.isEmpty && !mustLook
        let ended = transfers.poll(milliseconds: canWait ? wait : 0, waker: waker)
        for answer in ended { try land(answer) }
        if mustLook || isToBeWritten(isQuiet: ended.isEmpty) { try write(dueBy: limit) }
    }

    /// Attempts that are written together where so many come in without a pause.
    private static let group = 256

    /// Whether what is finished is written now: when there is enough of it, when nothing else is
    /// to be done, or when the queue has to be asked for more.
    private func isToBeWritten(isQuiet: Bool) -> Bool {
        guard !finished.isEmpty else { return false }
        return isQuiet || finished.count >= Self.group || mayHaveMore && backlog.isStarving
    }

    /// How long to wait when nothing happens, in milliseconds.
    private func patience() throws -> Int {
        // What is due and was not given has no room: an answer that comes makes it some.
        guard backlog.isEmpty, let next = try queue.nextWork() else { return Int(Self.glance) }
        return Int(max(0, min(Self.glance, next.milliseconds - clock().milliseconds)))
    }

    /// How often to look for what other programs have queued, or has become due, in milliseconds.
    private static let glance: Int64 = 20

    /// Takes no more, and gives back what was not begun.
    private func giveBack() throws {
        isStopping = true
        mustLook = false
        try queue.release(backlog.takeReady(), owner: owner)
    }
}

/// Something that a dispatcher did and that somebody may want to hear of.
package enum DispatchEvent: Hashable, Sendable {
    /// An attempt was written down.
    case attempted(NewCallback, number: Int, outcome: Outcome, reason: Reason?)
    /// The profile of a callback was disabled, because its endpoint is gone.
    case disabledAsGone(NewCallback)
    /// The same, because nothing got through for five days.
    case disabledAsSilent(NewCallback)
}
