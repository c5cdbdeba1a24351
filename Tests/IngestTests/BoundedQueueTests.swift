import TestSupport
import Testing

@testable import Ingest

@Suite struct BoundedQueueTests {
    @Test func givesItemsInTheirOrder() throws {
        let handover = BoundedQueue<Int>(capacity: 2)
        let giver = OwnThread { (1...1000).allSatisfy { handover.give($0) } }
        #expect((1...1000).map { _ in handover.take() } == Array(1...1000))
        #expect(try giver.value())
    }

    @Test func takesNothingWhereNothingIsGiven() {
        let handover = BoundedQueue<Int>(capacity: 1)
        #expect(handover.take(within: 1) == nil)
        #expect(handover.give(1))
        #expect(handover.take(within: 0) == 1)
    }

    @Test func aGiverWithoutRoomLearnsThatNobodyTakesAnyMore() throws {
        let handover = BoundedQueue<Int>(capacity: 1)
        #expect(handover.give(1))
        let giver = OwnThread { handover.give(2) }
        handover.close()
        #expect(try !giver.value())
        #expect(!handover.give(3))
    }
}
