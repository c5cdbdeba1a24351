import Concurrency
import Glibc
import Synchronization
import TestSupport
import Testing

/// Work of many companies for a few threads.
@Suite struct FairQueueTests {
    @Test func companiesTakeTurns() {
        let queue = FairQueue<String>(capacity: 100, threads: 10)
        for number in 1...5 { #expect(queue.add("a\(number)", of: "A")) }
        #expect(queue.add("b1", of: "B") && queue.add("c1", of: "C"))
        let order = (1...7).compactMap { _ in queue.next()?.item }
        #expect(order == ["a1", "b1", "c1", "a2", "a3", "a4", "a5"])
    }

    @Test func noCompanyUsesAllThreads() {
        let queue = FairQueue<Int>(capacity: 100, threads: 2)
        for number in 1...4 { #expect(queue.add(number, of: "A")) }
        #expect(queue.next()?.item == 1 && queue.next()?.item == 2)
        #expect(queue.nextAtOnce() == nil)
        #expect(queue.add(5, of: "B"))
        #expect(queue.next()?.company == "B")
        queue.finished(of: "A")
        #expect(queue.next()?.item == 3)
    }

    @Test func noCompanyFillsTheQueue() {
        let queue = FairQueue<Int>(capacity: 10, threads: 1)
        #expect((1...10).count { queue.add($0, of: "A") } == 5)
        #expect((1...10).count { queue.add($0, of: "B") } == 3)
        #expect(queue.takeAll().count == 8)
        #expect((1...10).count { queue.add($0, of: "C") } == 5)
    }

    @Test func aClosedQueueAcceptsNoWorkAndEndsItsThreads() {
        let queue = FairQueue<Int>(capacity: 10, threads: 1)
        #expect(queue.add(1, of: "A"))
        queue.close()
        #expect(!queue.add(2, of: "A"))
        #expect(queue.next()?.item == 1)
        queue.finished(of: "A")
        #expect(queue.next() == nil && queue.next() == nil)
    }

    /// A thread that gets the signal of `close` but no work must pass it on to the others.
    @Test func threadsEndWhenTheLastWorkFinishesAfterClosing() throws {
        for _ in 1...200 {
            let queue = FairQueue<Int>(capacity: 10, threads: 1)
            #expect(queue.add(1, of: "A") && queue.next()?.item == 1)
            #expect(queue.add(2, of: "A"))
            queue.close()
            let worker = OwnThread {
                while let (_, company) = queue.next() { queue.finished(of: company) }
            }
            // In most rounds the worker has time to consume both signals.
            for _ in 1...20 { sched_yield() }
            queue.finished(of: "A")
            try worker.value()
        }
    }

    @Test func workIsReleasedWhileOtherWorkWaits() throws {
        final class Work: Sendable {}
        let queue = FairQueue<Work>(capacity: 100, threads: 10)
        var first: Work? = Work()
        weak let released = first
        #expect(queue.add(try #require(first), of: "A"))
        for _ in 1...9 { #expect(queue.add(Work(), of: "A")) }
        first = nil
        _ = queue.next()
        #expect(released == nil && queue.count == 9)
    }

    /// A lost signal would leave work in the queue.
    @Test("all work is done, regardless of who adds and takes it", arguments: 1...4)
    func noWorkIsLost(threads: Int) throws {
        let queue = FairQueue<Int>(capacity: 100_000, threads: 2)
        let done = Mutex<[Int]>([])
        let workers = (0..<threads).map { _ in
            OwnThread {
                while let (item, company) = queue.next() {
                    done.withLock { $0.append(item) }
                    queue.finished(of: company)
                }
            }
        }
        let adders = (0..<3).map { adder in
            OwnThread {
                for number in 0..<1_000 {
                    _ = queue.add(adder * 1_000 + number, of: "H\(number % (adder + 2))")
                }
            }
        }
        for adder in adders { try adder.value() }
        queue.close()
        for worker in workers { try worker.value() }
        #expect(done.withLock { $0.sorted() } == Array(0..<3_000))
    }
}
