import TestSupport
import Testing

@testable import Ingest

@Suite struct BoundedQueueTests {
    @Test func passesItemsInOrder() throws {
        let queue = BoundedQueue<Int>(capacity: 2)
        let producer = OwnThread { (1...1000).allSatisfy { queue.push($0) } }
        #expect((1...1000).map { _ in queue.pop() } == Array(1...1000))
        #expect(try producer.value())
    }

    @Test func takeTimesOutWithoutItems() {
        let queue = BoundedQueue<Int>(capacity: 1)
        #expect(queue.pop(within: 1) == nil)
        #expect(queue.push(1))
        #expect(queue.pop(within: 0) == 1)
    }

    @Test func closeWakesUpBlockedProducer() throws {
        let queue = BoundedQueue<Int>(capacity: 1)
        #expect(queue.push(1))
        let producer = OwnThread { queue.push(2) }
        queue.close()
        #expect(try !producer.value())
        #expect(!queue.push(3))
    }
}
