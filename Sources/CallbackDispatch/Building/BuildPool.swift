import CivilTime
import Concurrency
import Profiles
import Storage
import StorageErrors
import Synchronization

/// Threads that build the requests of callbacks, so that the sending thread never waits for it.
///
/// Building a request can take a second: the profile is read, decrypted and parsed, values are
/// encrypted, the body is signed. Companies take turns and use one thread at a time each, so that
/// expensive requests of one company do not delay those of others. Long requests have a pool of
/// their own, whose threads have low priority.
final class BuildPool: Sendable {
    private struct State {
        /// Orders that are queued or being built.
        var openOrders = 0
        var threads = 0
        /// The number of threads started so far, including threads that have ended.
        var startedThreads = 0
        var built: [BuildJobResult] = []
    }

    private let state = Mutex(State())
    // Companies with requests in flight have at most one job each, so no job is refused.
    private let queue = FairQueue<BuildJob>(
        capacity: 2 * ConcurrencyLimiter.maxCount, threads: 1)
    private let isStopping = Atomic(false)
    private let ends = Semaphore()
    private let open: @Sendable () throws -> DispatchStore
    private let isForLong: Bool
    /// Becomes readable when there are results.
    let wakeup: Wakeup

    /// - Parameters:
    ///   - isForLong: Whether the pool builds long requests.
    ///   - open: Opens the store of one thread. Called on that thread.
    init(
        forLong isForLong: Bool = false, _ open: @escaping @Sendable () throws -> DispatchStore
    ) throws(PipeError) {
        wakeup = try Wakeup()
        self.open = open
        self.isForLong = isForLong
    }

    /// Queues a job. The company's previous job must be complete.
    func take(_ job: BuildJob) {
        _ = queue.add(job, of: job.company)
        let needsThread = state.withLock { state in
            state.openOrders += 1
            let isNeeded = state.openOrders > state.threads && state.threads < maxThreads
            if isNeeded {
                state.threads += 1
                state.startedThreads += 1
            }
            return isNeeded
        }
        guard needsThread else { return }
        let name = isForLong ? "long requests" : "requests"
        WorkerThread.start(named: name, isPatient: isForLong) { [self] in
            work()
            ends.signal()
        }
    }

    private var maxThreads: Int {
        isForLong ? BuildLimits.threadsForLong : BuildLimits.threads
    }

    /// Returns the jobs completed since the last call.
    func results() -> [BuildJobResult] {
        state.withLock { state in
            guard !state.built.isEmpty else { return [] }
            wakeup.drain()
            defer { state.built = [] }
            return state.built
        }
    }

    /// Builds nothing more. Queued jobs complete without outcomes.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
    }

    /// Ends the threads and waits until their connections are closed.
    func close() {
        stop()
        queue.close()
        let count = state.withLock { $0.startedThreads }
        for _ in 0..<count { ends.wait() }
    }

    private func work() {
        var store: DispatchStore?
        while let (job, company) = queue.next() {
            let opened = Result { try store ?? open() }
            store = try? opened.get()
            if store == nil, leavesToOthers(job) { return queue.finished(of: company) }
            let done = build(job) { try opened.get().builder }
            queue.finished(of: company)
            state.withLock { state in
                state.openOrders -= 1
                state.built.append(done)
                // Outside of the lock the signal could come after the result was taken.
                wakeup.signal()
            }
        }
    }

    /// Returns a job to the queue if another thread has a connection to the database.
    ///
    /// A process with few file descriptors cannot open one for each thread.
    private func leavesToOthers(_ job: BuildJob) -> Bool {
        let hasOthers = state.withLock { state in
            guard state.threads > 1 else { return false }
            state.threads -= 1
            return true
        }
        return hasOthers && queue.add(job, of: job.company)
    }

    private func build(
        _ job: BuildJob, _ open: () throws -> any RequestBuilder
    ) -> BuildJobResult {
        var built = BuildJobResult(job: job)
        do {
            let (maker, start) = (try open(), ContinuousClock.now)
            for item in job.items {
                let isTimeLeft = ContinuousClock.now - start < BuildLimits.turn
                guard built.outcomes.isEmpty || isTimeLeft, !isToStop else { break }
                built.outcomes.append(
                    (item.id, try Self.outcome(item, job.now, job.limit, maker)))
            }
        } catch {
            built.interruption = error
        }
        return built
    }

    private var isToStop: Bool { isStopping.load(ordering: .relaxed) }

    /// - Throws: An error that concerns the whole database.
    private static func outcome(
        _ item: BuildJob.Item, _ now: Instant, _ limit: Int, _ maker: any RequestBuilder
    ) throws -> BuildJobResult.Outcome {
        do {
            return .made(try maker.make(item.callback, at: now, limit: limit))
        } catch let error as StorageError where error.concernsWholeDatabase {
            throw error
        } catch {
            return .unreadable(error)
        }
    }
}

/// Callbacks of one company whose requests a thread of the ``BuildPool`` builds.
struct BuildJob: Sendable {
    struct Item: Sendable {
        let id: Int64
        let callback: NewCallback
    }

    let company: String
    /// The time of the attempts, which the signatures contain.
    let now: Instant
    /// Callbacks whose requests are short as far as is known, or one whose request is long.
    var items: [Item]
    /// Whether the request exceeds ``BuildLimits/short``, or takes long to build.
    var isLong = false
    /// The size up to which requests are built, in bytes.
    var limit = BuildLimits.short
}

/// The result of a job.
struct BuildJobResult: Sendable {
    enum Outcome: Sendable {
        case made(BuildResult)
        /// The profile cannot be read, although the database can.
        case unreadable(any Error)
    }

    let job: BuildJob
    /// The outcomes by the id of the claim, in the order of the items. Items without an outcome
    /// must be built by another job.
    var outcomes: [(id: Int64, outcome: Outcome)] = []
    /// Why the database cannot be read, or nil if it can.
    var interruption: (any Error)?
}

/// The limits of the memory and threads that building requests uses.
enum BuildLimits {
    /// The size up to which requests are not counted, in bytes. At most some hundreds of them
    /// exist at a time.
    static let short = 64 << 10
    /// The time a thread works for one company before it serves the next one.
    static let turn = Duration.milliseconds(20)
    /// The maximum number of threads for short requests. A company uses one of them at a time.
    static let threads = 3
    /// The maximum number of threads for long requests. A company uses one of them at a time.
    static let threadsForLong = 2
    /// The size of the variables of a callback whose request is built in a few milliseconds, in
    /// bytes.
    static let shortVariables = 16 << 10
    /// The size of all requests longer than ``short``, built or being built, in bytes.
    static let bytes = 64 << 20
    /// The size of those of one company, in bytes.
    static let bytesForCompany = 16 << 20
}
