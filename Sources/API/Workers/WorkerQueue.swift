import SQLite
import Storage
import Threads

/// Work for a thread that may wait.
struct Job: Sendable {
    /// Whose it is; empty for nobody's in particular.
    let company: String
    fileprivate let run: @Sendable (StorePool) -> Void
    fileprivate let fail: @Sendable (any Error) -> Void

    /// - Parameter finish: called once.
    init<Output>(
        company: String, work: @escaping @Sendable (Stores) throws -> Output,
        finish: @escaping @Sendable (Result<Output, any Error>) -> Void
    ) {
        self.company = company
        run = { pool in finish(Result { try pool.with(work) }) }
        fail = { finish(.failure($0)) }
    }
}

/// Threads that take work off the server's own, which must not wait.
final class WorkerQueue: Sendable {
    private let queue: FairQueue<Job>

    /// - Parameters:
    ///   - capacity: how much work may wait here; what is more is refused.
    ///   - forOne: how many of the threads one company may have.
    init(threads: Int, forOne: Int, capacity: Int, _ pool: StorePool) {
        let queue = FairQueue<Job>(capacity: capacity, threads: forOne)
        self.queue = queue
        for _ in 1...threads {
            WorkerThread.start {
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

    /// False when there is no room for the job.
    func take(_ job: Job) -> Bool { queue.add(job, of: job.company) }

    /// How much was not begun.
    var waitingCount: Int { queue.count }

    /// Takes no more, and fails what was not begun.
    func refuse(_ error: any Error) {
        queue.close()
        for job in queue.takeAll() { job.fail(error) }
    }
}

/// What one request asks to have written.
struct WriteJob<Output: Sendable>: Sendable {
    let company: String
    /// Done in a transaction with others; once more by itself when one of the others fails.
    let work: @Sendable (Stores) throws -> Output
    /// Called once, when what the work has written is on the disk.
    let finish: @Sendable (Result<Output, any Error>) -> Void
}

/// A thread that writes what many requests ask for, several in one transaction.
///
/// Whatever a request takes to read and to judge is done before: nobody else can write meanwhile.
final class WriteLane<Output: Sendable>: Sendable {
    private let queue: FairQueue<WriteJob<Output>>

    /// How long a transaction goes on to take work. A job is never divided.
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

    /// False when there is no room for the job.
    func take(_ job: WriteJob<Output>) -> Bool { queue.add(job, of: job.company) }

    /// Takes no more, and fails what was not begun.
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
        } catch let error as DatabaseError where error.concernsWholeFile {
            // Those that came meanwhile would wait as long again, one after the other.
            for job in jobs + queue.takeAll() { job.finish(.failure(error)) }
        } catch {
            // One by one each gets the error that is its own.
            for job in jobs { job.finish(Result { try pool.with(job.work) }) }
        }
    }

    private static func write(
        _ jobs: inout [WriteJob<Output>], from queue: FairQueue<WriteJob<Output>>, _ stores: Stores
    ) throws -> [Output] {
        let database = stores.log.database
        let start = ContinuousClock.now
        var outputs: [Output] = []
        try database.begin()
        do {
            while outputs.count < jobs.count {
                outputs.append(try jobs[outputs.count].work(stores))
                guard ContinuousClock.now - start < limit, let next = queue.nextAtOnce() else {
                    continue
                }
                queue.finished(of: next.company)
                jobs.append(next.item)
            }
            try database.commit()
        } catch {
            database.rollBack()
            throw error
        }
        // SQLite has no queue: without a pause those who wait for the file would have to be lucky.
        if ContinuousClock.now - start > limit / 2 { database.yieldWriteLock(.short) }
        return outputs
    }
}
