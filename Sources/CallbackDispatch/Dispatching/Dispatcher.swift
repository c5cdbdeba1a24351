package import CivilTime
package import Curl
package import DeliveryLog

/// Sends what is due: takes callbacks from the queue, exchanges them, and writes down what came of it.
///
/// One thread makes requests and exchanges them. Another one writes attempts in groups, each with
/// its row of the log and the queue's change in one transaction, which takes new callbacks in the
/// same go; while the disk is busy, answers come in and the next callbacks go out.
package final class Dispatcher {
    /// For reading.
    let store: DispatchStore
    /// Opens the writer's own store.
    let open: @Sendable () throws -> DispatchStore
    let clock: () -> Instant
    /// From 0 up to 1, for the wait before the next attempt.
    let jitter: () -> Double
    let tell: (DispatchEvent) -> Void
    /// Tells this dispatcher's claims from those of any other.
    let owner = Int64.random(in: 1...Int64.max)
    var transfers: HTTPTransfers
    var backlog: ReadyQueue
    var flights: [Int64: InFlightRequest] = [:]
    var awaitingToken: [Int64: [InFlightRequest]] = [:]
    var tokens = TokenCache()
    /// What is over and not given to the writer yet.
    var finished: [FinishedAttempt] = []
    /// Since when there has been something of that.
    var finishedSince = ContinuousClock.now
    /// Claims to be given back.
    var unused: [Claim] = []
    /// What the writer is at; nil when it has nothing to do.
    var writing: WriteOrder?
    /// Why the file cannot be read or written now; nil when it can.
    var interruption: Interruption?
    /// Until when nothing is sent, because this machine has no open files left; nil when it has.
    var pausedUntil: ContinuousClock.Instant?
    /// When leases were last looked at.
    var leasesSeenAt: Instant?
    /// Nil until there is something to write.
    var writer: BatchWriter?
    /// Whether the queue has to be asked whether something is due.
    var mustLook = false
    /// Whether it gave something when it was asked last, and may have more.
    var mayHaveMore = true
    /// How long it may take to stop: the longest exchange, and a second to write.
    var longestStop = Duration.seconds(16)
    /// Since when only what is under way is to be finished; nil while it goes on.
    private var stoppedAt: ContinuousClock.Instant?

    var isStopping: Bool { stoppedAt != nil }

    /// - Parameters:
    ///   - store: for the thread that the dispatcher works on, which only reads with it.
    ///   - open: opens another one for the thread that writes.
    ///   - options: with the limits of ``HTTPLimits/ofCallbacks``.
    ///   - connections: how many may be open, in use or kept for the next requests.
    ///   - clock: the time of day; a simulated one need not move by itself.
    ///   - tell: hears of what is worth a line.
    package init(
        _ store: DispatchStore, writing open: @escaping @Sendable () throws -> DispatchStore,
        options: HTTPOptions, connections: Int = 512,
        clock: @escaping () -> Instant, jitter: @escaping () -> Double = { .random(in: 0..<1) },
        tell: @escaping (DispatchEvent) -> Void = { _ in }
    ) throws(CurlError) {
        self.store = store
        self.open = open
        self.clock = clock
        self.jitter = jitter
        self.tell = tell
        // A request that looks a name up has more files open than one that is connected.
        backlog = ReadyQueue(places: connections / 2)
        transfers = try HTTPTransfers(options, connections: connections / 2)
    }

    deinit {
        writer?.close()
    }

    /// Sends everything that is due now, and returns when the last answer is written down.
    ///
    /// - Parameter stop: asked now and then; once true, only what is under way is finished.
    /// - Throws: when the file cannot be read or written for a while and nothing is in flight. The
    ///   answers that could not be written are lost; their callbacks are sent again.
    package func sendWhatIsDue(until stop: () -> Bool = { false }) throws {
        let limit = clock()
        mustLook = try isSomethingDue(by: limit)
        while mustLook || isAtWork {
            if !isStopping, stop() { giveBack() }
            try turn(dueBy: limit, wait: 200)
            if let interruption, transfers.count == 0 { try interruption.giveUpInTime() }
        }
    }

    /// Sends callbacks as they become due, until `stop` is true and all answers are in.
    ///
    /// While the file cannot be read or written it keeps the answers in memory, takes no more
    /// callbacks, and tries again. What it keeps is bounded by what it may hold.
    ///
    /// - Parameter waker: can be read when the queue has got something new; -1 for none.
    /// - Throws: when it is told to stop and the answers cannot be written in time.
    package func run(until stop: () -> Bool, waker: Int32 = -1) throws {
        var nextLook = ContinuousClock.now
        while !stop() {
            // Otherwise it could do nothing about what the bell announces.
            let isFree = backlog.isEmpty && writing == nil && interruption == nil
            try turn(dueBy: clock(), wait: timeout(), waker: isFree ? waker : -1)
            guard writing == nil, backlog.isEmpty || ContinuousClock.now >= nextLook
            else { continue }
            nextLook = .now + .milliseconds(Self.pollInterval)
            // When it cannot be read the writer finds out, and tries until it can.
            mustLook = (try? isSomethingDue(by: clock())) ?? true
        }
        giveBack()
        while isAtWork {
            try turn(dueBy: clock(), wait: 200)
            try giveUpInTime()
        }
    }

    private func isSomethingDue(by limit: Instant) throws -> Bool {
        try store.queue.nextWork(now: limit, owner: owner).map { $0 <= limit } ?? false
    }

    private var isAtWork: Bool {
        !backlog.isEmpty || !finished.isEmpty || !unused.isEmpty || writing != nil
    }

    private func giveUpInTime() throws {
        let isLate = stoppedAt.map { ContinuousClock.now - $0 > longestStop } ?? false
        let isOver = transfers.count == 0 && interruption?.isForGood == true
        guard isLate || isOver else { return }
        throw StoppedUnwritten(
            answers: finished.count + (writing?.finished.count ?? 0), cause: interruption?.error)
    }

    /// Begins what has a place, has written what there is, and waits for answers and the writer.
    private func turn(dueBy limit: Instant, wait: Int, waker: Int32 = -1) throws {
        try start()
        try orderWriting(dueBy: limit)
        let limit = isToBeWrittenSoon ? min(wait, Self.longestWait) : wait
        let wakers = [waker, writer?.bell.readable ?? -1]
        for answer in transfers.poll(milliseconds: limit, wakers: wakers) { try complete(answer) }
        takeWritten()
    }

    /// How long to wait when nothing happens, in milliseconds.
    private func timeout() -> Int {
        // What is due and was not given has no room: an answer that comes makes it some.
        let now = clock()
        guard backlog.isEmpty, writing == nil, interruption == nil,
            let next = try? store.queue.nextWork(now: now, owner: owner)
        else { return Int(Self.pollInterval) }
        return Int(max(0, min(Self.pollInterval, next.milliseconds - now.milliseconds)))
    }

    /// How often to look for what other programs have queued, or has become due, in milliseconds.
    private static let pollInterval: Int64 = 20

    /// Takes no more, and gives back what was not begun.
    private func giveBack() {
        stoppedAt = .now
        mustLook = false
        unused += backlog.takeReady() + takeParked()
    }
}

/// The dispatcher was told to stop, and could not write all answers in time.
///
/// Their callbacks are sent again when their leases end.
package struct StoppedUnwritten: Error, CustomStringConvertible {
    let answers: Int
    let cause: (any Error)?

    package var description: String {
        let reason = cause.map { ": \($0)" } ?? ""
        return "\(answers) answers could not be written; their callbacks are sent again\(reason)"
    }
}

/// Something that a dispatcher did and that somebody may want to hear of.
package enum DispatchEvent: Hashable, Sendable {
    /// An attempt was written down.
    case attempted(NewCallback, number: Int, outcome: Outcome, reason: Reason?)
    /// The profile of a callback was disabled, because its endpoint is gone.
    case disabledAsGone(NewCallback)
    /// The profile of a callback was disabled, because nothing got through for five days.
    case disabledAsSilent(NewCallback)
    /// The file cannot be read or written. Answers are kept, and no callbacks are taken.
    case interrupted(error: String)
    /// The file can be written again, and has all answers.
    case resumed
    /// The end of one attempt cannot be written, though others can. It is made again.
    case unwritable(NewCallback, error: String)
}
