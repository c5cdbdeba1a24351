package import CivilTime
package import Curl
package import DeliveryLog
package import Storage

/// Sends due callbacks: claims them from the queue, makes the requests, and records the results.
///
/// One thread exchanges requests and responses and never does anything slow. The threads of a
/// ``BuildPool`` build the requests. Another thread writes finished attempts in batches. Each
/// batch is one transaction that adds the log rows, updates the queue and claims new callbacks.
/// While the disk is busy, responses arrive and the next requests go out.
///
/// ```swift
/// let dispatcher = try Dispatcher(
///     try open(), writing: open, options: options, clock: clock)
/// try dispatcher.run(until: { isShuttingDown }, waker: wakeup.readable)
/// ```
///
/// - Important: Delivery is at-least-once. A process that ends before an attempt is written sends
///   that callback again after its lease expires.
package final class Dispatcher {
    /// The store of this thread, which only reads from it.
    let store: DispatchStore
    /// Opens the stores of the other threads.
    let open: @Sendable () throws -> DispatchStore
    let clock: () -> Instant
    /// Returns a random number in 0..<1 that spreads the retry delays.
    let jitter: () -> Double
    let onEvent: (DispatchEvent) -> Void
    /// The number of results that are not recorded yet.
    let unrecorded: UnrecordedResults
    /// How much one transaction may write.
    var batchLimit = BatchLimit()
    /// Distinguishes this dispatcher's claims from those of other processes.
    let owner = Int64.random(in: 1...Int64.max)
    var transfers: HTTPTransfers
    var readyQueue: ReadyQueue
    /// The claims with a slot whose requests are not built yet.
    var buildQueue = BuildQueue()
    /// The threads that build short requests, or `nil` until the first one is built.
    var buildPool: BuildPool?
    /// The threads that build long requests, or `nil` until the first one is built.
    var longBuildPool: BuildPool?
    var requestsInFlight: [Int64: InFlightRequest] = [:]
    var awaitingToken: [Int64: [InFlightRequest]] = [:]
    var tokens = TokenCache()
    /// Finished attempts that the writer has not received yet.
    var finished: [FinishedAttempt] = []
    /// When the oldest of ``finished`` was added.
    var finishedSince = ContinuousClock.now
    /// Claims to release without an attempt.
    var unused: [Claim] = []
    /// The batch that the writer is working on, or `nil` if it is idle.
    var writing: WriteBatch?
    /// Why the file currently cannot be read or written, or `nil` if it can.
    var interruption: StorageOutage?
    /// The end of a pause because this process has no free file descriptors, or `nil`.
    var pausedUntil: ContinuousClock.Instant?
    var pollTimer = PollTimer()
    /// When leases were last checked.
    var leasesSeenAt: Instant?
    /// The writer, or `nil` until there is something to write.
    var writer: BatchWriter?
    /// Whether to ask the queue for due callbacks.
    var mustPoll = false
    /// Whether the last claim returned callbacks, so that the queue may have more.
    var mayHaveMore = true
    /// The time limit of a shutdown: the longest exchange, plus a second to write.
    var longestStop = Duration.seconds(16)
    /// When the shutdown started, or `nil` if the dispatcher is running.
    private var stoppedAt: ContinuousClock.Instant?

    var isStopping: Bool { stoppedAt != nil }

    /// - Parameters:
    ///   - store: The store of the thread that runs the dispatcher, which only reads from it.
    ///   - open: Opens another store for each other thread.
    ///   - options: The HTTP options, with the limits of ``HTTPLimits/ofCallbacks``.
    ///   - connections: The maximum number of open connections, both active and idle.
    ///   - clock: Returns the current time. A simulated clock may stand still.
    ///   - jitter: Returns a random number in 0..<1 that spreads the retry delays.
    ///   - unrecorded: Receives the number of results that are not recorded yet.
    ///   - onEvent: Receives events that are worth logging.
    /// - Throws: A ``CurlError`` if libcurl cannot be initialized.
    package init(
        _ store: DispatchStore, writing open: @escaping @Sendable () throws -> DispatchStore,
        options: HTTPOptions, connections: Int = 512,
        clock: @escaping () -> Instant, jitter: @escaping () -> Double = { .random(in: 0..<1) },
        unrecorded: UnrecordedResults = UnrecordedResults(),
        onEvent: @escaping (DispatchEvent) -> Void = { _ in }
    ) throws(CurlError) {
        self.store = store
        self.open = open
        self.clock = clock
        self.jitter = jitter
        self.unrecorded = unrecorded
        self.onEvent = onEvent
        // A request that resolves a name needs more file descriptors than one that is connected.
        readyQueue = ReadyQueue(slots: connections / 2)
        transfers = try HTTPTransfers(options, connections: connections / 2)
    }

    deinit {
        writer?.close()
        for pool in buildPools { pool.close() }
    }

    /// Sends everything that is due now, and returns when the last result is recorded.
    ///
    /// - Parameter stop: Polled regularly. Once it returns true, only requests in flight are
    ///   finished.
    /// - Throws: An error if the file cannot be read or written for a while and nothing is in
    ///   flight. Results that could not be written are lost, and their callbacks are sent again.
    package func sendDueCallbacks(until stop: () -> Bool = { false }) throws {
        let limit = clock()
        mustPoll = try isSomethingDue(by: limit)
        while mustPoll || hasWork {
            if !isStopping, stop() { releaseClaims() }
            try step(dueBy: limit, wait: 200)
            if let interruption, transfers.count == 0 { try interruption.throwIfExpired() }
        }
    }

    /// Sends callbacks as they become due, until `stop` returns true and all results are recorded.
    ///
    /// While the file cannot be read or written, the dispatcher keeps results in memory, claims no
    /// callbacks, and retries. The number of claims that it may hold limits the memory it needs.
    ///
    /// - Parameters:
    ///   - stop: Polled regularly. Once it returns true, only requests in flight are finished.
    ///   - waker: Signalled when the queue has new callbacks, or nil.
    /// - Throws: ``UnsavedResultsError`` if results cannot be written before the shutdown ends.
    package func run(until stop: () -> Bool, waker: Wakeup? = nil) throws {
        while !stop() {
            // A signal that is known, or that cannot be acted on yet, must not end each wait.
            let canLook = writing == nil && interruption == nil
            let listens = canLook && !pollTimer.isCalled
            let wait = canLook ? pollTimer.wait(isFree: readyQueue.isEmpty) : nil
            try step(
                dueBy: clock(), wait: wait ?? timeout(),
                waker: listens ? waker?.readable ?? -1 : -1)
            if waker?.drain() == true { pollTimer.call() }
            guard writing == nil, readyQueue.isEmpty || pollTimer.isDue else { continue }
            pollTimer.begin()
            // If the file cannot be read, the writer reports the error and retries.
            mustPoll = (try? isSomethingDue(by: clock())) ?? true
        }
        releaseClaims()
        while hasWork {
            try step(dueBy: clock(), wait: 200)
            try throwIfExpired()
        }
    }

    private func isSomethingDue(by limit: Instant) throws -> Bool {
        try store.queue.nextWork(now: limit, owner: owner).map { $0 <= limit } ?? false
    }

    private var hasWork: Bool {
        !readyQueue.isEmpty || !finished.isEmpty || !unused.isEmpty || writing != nil
    }

    private func throwIfExpired() throws {
        let isLate = stoppedAt.map { ContinuousClock.now - $0 > longestStop } ?? false
        let isOver = transfers.count == 0 && interruption?.isPermanent == true
        guard isLate || isOver else { return }
        throw UnsavedResultsError(
            answers: finished.count + (writing?.finished.count ?? 0), cause: interruption?.error)
    }

    /// Starts requests that have a slot, hands work to the other threads, and waits for responses
    /// or for one of these threads.
    private func step(dueBy limit: Instant, wait: Int, waker: Int32 = -1) throws {
        try start()
        try startWriting(dueBy: limit)
        let limit = willWriteSoon ? min(wait, Self.longestWait) : wait
        let wakers = [
            waker, writer?.wakeup.readable ?? -1, buildPool?.wakeup.readable ?? -1,
            longBuildPool?.wakeup.readable ?? -1,
        ]
        for answer in transfers.poll(milliseconds: limit, wakers: wakers) { try complete(answer) }
        takeWritten()
        try takeBuilt()
    }

    /// Returns how long to wait if nothing happens, in milliseconds.
    private func timeout() -> Int {
        // Due callbacks that could not be claimed have no slot. The next response frees one.
        let now = clock()
        guard readyQueue.isEmpty, writing == nil, interruption == nil,
            let next = try? store.queue.nextWork(now: now, owner: owner)
        else { return Int(Self.longestPoll) }
        return Int(max(0, min(Self.longestPoll, next.milliseconds - now.milliseconds)))
    }

    /// The maximum wait, in milliseconds.
    private static let longestPoll: Int64 = 20

    /// Stops claiming and releases the claims that have not started.
    private func releaseClaims() {
        stoppedAt = .now
        mustPoll = false
        for pool in buildPools { pool.stop() }
        unused += readyQueue.takeReady() + takeAwaitingToken()
        releaseUnbuilt()
    }
}

/// The dispatcher was stopped and could not record all results in time.
///
/// The affected callbacks are sent again when their leases expire.
package struct UnsavedResultsError: Error, CustomStringConvertible {
    let answers: Int
    let cause: (any Error)?

    package var description: String {
        let reason = cause.map { ": \($0)" } ?? ""
        let results =
            answers == 1
            ? "1 result; the callback will" : "\(answers) results; the callbacks will"
        return "could not record \(results) be sent again\(reason)"
    }
}

/// Something that a dispatcher did and that is worth logging.
package enum DispatchEvent: Hashable, Sendable {
    /// An attempt was recorded.
    case attempted(NewCallback, number: Int, outcome: Outcome, reason: Reason?)
    /// A profile was disabled because its endpoint responded 410 Gone.
    case disabledAsGone(NewCallback)
    /// A profile was disabled because no callback was delivered for five days.
    case disabledAsUnresponsive(NewCallback)
    /// The file cannot be read or written. Results are kept in memory and no callbacks are claimed.
    case interrupted(error: String)
    /// The file is writable again, and all results are recorded.
    case resumed
    /// The result of one attempt cannot be written, though others can. The attempt is repeated.
    case unwritable(NewCallback, error: String)
}

extension Dispatcher {
    /// The interval between lease checks, in milliseconds.
    private static let interval: Int64 = 1_000

    /// A lease is renewed when less than this remains of it, in seconds. More than two thirds of a
    /// lease.
    private static let margin: Int64 = 40

    /// Returns the callbacks in flight whose leases must be renewed.
    ///
    /// If a lease expires while its callback is in flight, another process, or even this one, can
    /// send the callback a second time. A lease expires early when the machine was suspended, when
    /// the clock was set, or when the file could not be written for a while.
    func leasesToRenew() -> [Int64] {
        let now = clock()
        if let seen = leasesSeenAt, seen <= now, now < seen.advanced(milliseconds: Self.interval) {
            return []
        }
        leasesSeenAt = now
        let limit = now.advanced(seconds: Self.margin)
        unused += readyQueue.takeReady { $0.leaseUntil <= now.advanced(seconds: Self.leaseNeeded) }
        return claimsInFlight.filter { $0.leaseUntil < limit }.map(\.id)
    }

    private var claimsInFlight: [Claim] {
        requestsInFlight.values.map(\.claim) + awaitingToken.values.joined().map(\.claim)
            + buildQueue.unbuilt
    }

    /// Records the renewed lease of a callback in flight.
    func renewed(_ id: Int64, until end: Instant) {
        if requestsInFlight[id] != nil {
            requestsInFlight[id]?.claim.leaseUntil = end
            return
        }
        if buildQueue.renew(id, until: end) { return }
        for (endpoint, waiting) in awaitingToken {
            guard let index = waiting.firstIndex(where: { $0.claim.id == id }) else { continue }
            awaitingToken[endpoint]?[index].claim.leaseUntil = end
        }
    }
}

/// Decides when a dispatcher polls for due callbacks while it has others in flight.
///
/// A poll is a transaction. While triggers arrive all the time, one poll takes many of them.
/// Otherwise a new callback is taken at once.
struct PollTimer {
    private var last: ContinuousClock.Instant?
    /// Whether there are new callbacks since the last poll.
    private(set) var isCalled = false

    /// The interval for callbacks that other processes queued, or that became due, in milliseconds.
    var interval = 20
    /// The minimum interval, in milliseconds.
    static let gap = 5

    /// Records that there are new callbacks.
    mutating func call() { isCalled = true }

    /// Records that the dispatcher polls now.
    mutating func begin(at now: ContinuousClock.Instant = .now) {
        isCalled = false
        last = now
    }

    /// Whether it is time for a poll.
    var isDue: Bool { isDue(at: .now) }

    func isDue(at now: ContinuousClock.Instant) -> Bool {
        guard let last else { return true }
        return now - last >= .milliseconds(isCalled ? Self.gap : interval)
    }

    /// Returns how long to wait for a look at new callbacks, in milliseconds, or nil if there are
    /// none.
    ///
    /// - Parameter isFree: Whether nothing is in flight, so that a look does not have to wait.
    func wait(isFree: Bool, at now: ContinuousClock.Instant = .now) -> Int? {
        guard isCalled else { return nil }
        guard !isFree, let last else { return 0 }
        let left = last + .milliseconds(Self.gap) - now
        return max(0, Int((left / .milliseconds(1)).rounded(.up)))
    }
}
