import Concurrency
import Storage
import StorageErrors

/// Work for a thread that may block.
struct Job: Sendable {
    /// The company that the work belongs to; empty if there is none.
    let company: String
    fileprivate let run: @Sendable (StorePool) -> Void
    fileprivate let fail: @Sendable (any Error) -> Void

    /// - Parameter finish: Called once.
    init<Output>(
        company: String, work: @escaping @Sendable (Stores) throws -> Output,
        finish: @escaping @Sendable (Result<Output, any Error>) -> Void
    ) {
        self.company = company
        run = { pool in finish(Result { try pool.with(work) }) }
        fail = { finish(.failure($0)) }
    }
}

/// Threads that do the work that would block the server's own threads.
final class WorkerQueue: Sendable {
    private let queue: FairQueue<Job>

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - threads: The number of threads.
    ///   - maxPerCompany: The maximum number of threads that one company may use.
    ///   - capacity: The maximum number of queued jobs. Further jobs are rejected.
    ///   - isPatient: Whether other threads have priority for the processor.
    ///   - pool: The connections for the jobs.
    init(
        threads: Int, maxPerCompany: Int, capacity: Int, isPatient: Bool = false, _ pool: StorePool
    ) {
        let queue = FairQueue<Job>(capacity: capacity, threads: maxPerCompany)
        self.queue = queue
        for _ in 1...threads {
            WorkerThread.start(isPatient: isPatient) {
                while let (job, company) = queue.next() {
                    job.run(pool)
                    queue.finished(of: company)
                }
            }
        }
    }

    deinit {
        queue.close()
    }

    /// Queues a job. Returns false if the queue is full.
    func take(_ job: Job) -> Bool { queue.add(job, of: job.company) }

    /// The number of jobs that have not started.
    var waitingCount: Int { queue.count }

    /// Accepts no more jobs and fails the ones that have not started.
    func refuse(_ error: any Error) {
        queue.close()
        for job in queue.takeAll() { job.fail(error) }
    }
}

/// The write of one request.
struct WriteJob<Output: Sendable>: Sendable {
    let company: String
    /// Runs in a transaction with other jobs. If one of them fails, each job runs again in its own
    /// transaction.
    let work: @Sendable (Stores) throws -> Output
    /// Called once, after the changes are on disk.
    let finish: @Sendable (Result<Output, any Error>) -> Void
}

/// A thread that commits the writes of many requests in one transaction.
///
/// All parsing and validation happens before, because nothing else can write meanwhile.
final class WriteQueue<Output: Sendable>: Sendable {
    private let queue: FairQueue<WriteJob<Output>>

    /// How long a transaction keeps accepting jobs. A job is never split.
    private static var limit: Duration { .milliseconds(50) }

    init(capacity: Int, _ pool: StorePool) {
        let queue = FairQueue<WriteJob<Output>>(capacity: capacity, threads: .max)
        self.queue = queue
        WorkerThread.start {
            while let (job, company) = queue.next() {
                queue.finished(of: company)
                Self.run(job, queue, pool)
            }
        }
    }

    deinit {
        queue.close()
    }

    /// Queues a job. Returns false if the queue is full.
    func take(_ job: WriteJob<Output>) -> Bool { queue.add(job, of: job.company) }

    /// Accepts no more jobs and fails the ones that have not started.
    func refuse(_ error: any Error) {
        queue.close()
        for job in queue.takeAll() { job.finish(.failure(error)) }
    }

    private static func run(
        _ first: WriteJob<Output>, _ queue: FairQueue<WriteJob<Output>>, _ pool: StorePool
    ) {
        var jobs = [first]
        do {
            let outputs = try pool.with { try write(&jobs, from: queue, $0) }
            for (job, output) in zip(jobs, outputs) { job.finish(.success(output)) }
        } catch let error as StorageError where error.concernsWholeDatabase {
            // Jobs that arrived meanwhile would each wait just as long, one after another.
            for job in jobs + queue.takeAll() { job.finish(.failure(error)) }
        } catch {
            // Run the jobs one by one, so that each gets its own error.
            for job in jobs { job.finish(Result { try pool.with(job.work) }) }
        }
    }

    private static func write(
        _ jobs: inout [WriteJob<Output>], from queue: FairQueue<WriteJob<Output>>, _ stores: Stores
    ) throws -> [Output] {
        let start = ContinuousClock.now
        var outputs: [Output] = []
        try stores.log.transaction {
            while outputs.count < jobs.count {
                outputs.append(try jobs[outputs.count].work(stores))
                guard ContinuousClock.now - start < limit, let next = queue.nextAtOnce() else {
                    continue
                }
                queue.finished(of: next.company)
                jobs.append(next.item)
            }
        }
        // Without a pause, other writers would rarely get the lock.
        if ContinuousClock.now - start > limit / 2 { stores.log.yieldWriteLock() }
        return outputs
    }
}
