import Synchronization
import Threads

/// Work for a thread that may wait.
struct Job<Output: Sendable>: Sendable {
    let work: @Sendable (Stores) throws -> Output
    /// Called once, when what the work has written is on the disk.
    let finish: @Sendable (Result<Output, any Error>) -> Void
}

/// Threads that take work off the server's own, which must not wait.
final class Lane<Output: Sendable>: Sendable {
    private let inbox: Inbox<Output>

    /// - Parameters:
    ///   - capacity: how much work may wait here; what is more is refused.
    ///   - group: how many jobs are written in one transaction, when that many wait.
    init(threads: Int, capacity: Int, group: Int = 1, _ pool: StorePool) {
        let inbox = Inbox<Output>(capacity)
        self.inbox = inbox
        for _ in 1...threads {
            WorkerThread.start {
                while let jobs = inbox.next(atMost: group) { Self.run(jobs, pool) }
            }
        }
    }

    deinit {
        inbox.end()
    }

    /// False when there is no room for the job.
    func take(_ job: Job<Output>) -> Bool { inbox.add(job) }

    private static func run(_ jobs: [Job<Output>], _ pool: StorePool) {
        if jobs.count > 1, let outputs = try? together(jobs, pool) {
            for (job, output) in zip(jobs, outputs) { job.finish(.success(output)) }
            return
        }
        // One by one each gets the error that is its own.
        for job in jobs { job.finish(Result { try pool.with(job.work) }) }
    }

    /// Does all of them in one transaction, so that they wait for the disk once.
    private static func together(_ jobs: [Job<Output>], _ pool: StorePool) throws -> [Output] {
        try pool.with { stores in
            let database = stores.log.database
            try database.begin()
            do {
                let outputs = try jobs.map { try $0.work(stores) }
                try database.commit()
                return outputs
            } catch {
                database.rollBack()
                throw error
            }
        }
    }
}

/// Jobs that wait for the threads of a lane.
private final class Inbox<Output: Sendable>: Sendable {
    private let jobs = Mutex<[Job<Output>]>([])
    private let isOver = Atomic(false)
    private let arrivals = Semaphore()
    private let capacity: Int

    init(_ capacity: Int) {
        self.capacity = capacity
    }

    func add(_ job: Job<Output>) -> Bool {
        let hasRoom = jobs.withLock { jobs in
            guard jobs.count < capacity else { return false }
            jobs.append(job)
            return true
        }
        if hasRoom { arrivals.signal() }
        return hasRoom
    }

    /// Waits for jobs; nil when there will be none any more.
    func next(atMost count: Int) -> [Job<Output>]? {
        while true {
            arrivals.wait()
            let taken = jobs.withLock { jobs in
                let taken = Array(jobs.prefix(count))
                jobs.removeFirst(taken.count)
                return taken
            }
            if !taken.isEmpty { return taken }
            // Another thread has taken what the signal was for, or it was the last.
            guard isOver.load(ordering: .relaxed) else { continue }
            arrivals.signal()
            return nil
        }
    }

    func end() {
        isOver.store(true, ordering: .relaxed)
        arrivals.signal()
    }
}
