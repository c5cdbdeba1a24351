import Testing

@testable import Sending

/// How the 64 places are shared out.
@Suite struct SlotsTests {
    /// Fills places for as long as there are some, and returns how many each lane got.
    private func fill(
        _ slots: inout Slots, lanes: ClosedRange<Int64>, _ pace: Pace
    ) -> [Int] {
        lanes.map { lane in
            var count = 0
            while slots.admits(lane, pace) {
                slots.take(lane, pace)
                count += 1
            }
            return count
        }
    }

    @Test func oneLaneGetsEight() {
        var slots = Slots()
        #expect(fill(&slots, lanes: 1...1, .steady) == [8])
    }

    @Test func thereAreSixtyFourAndTheLastAreForNewcomers() {
        var slots = Slots()
        #expect(fill(&slots, lanes: 1...8, .steady) == [8, 8, 8, 8, 8, 8, 1, 1])
        #expect(fill(&slots, lanes: 9...40, .steady).reduce(0, +) == 14)
        #expect(slots.taken == 64)
    }

    @Test func lanesThatNothingIsKnownOfGetTwoEachAndHalfOfAll() {
        var slots = Slots()
        #expect(fill(&slots, lanes: 1...20, .fresh).reduce(0, +) == 32)
        #expect(fill(&slots, lanes: 1...1, .steady) == [6])
    }

    @Test func slowLanesGetAQuarterOfAll() {
        var slots = Slots()
        #expect(fill(&slots, lanes: 1...100, .slow).reduce(0, +) == 16)
        #expect(fill(&slots, lanes: 101...200, .steady).reduce(0, +) == 48)
    }

    @Test func aPlaceThatIsFreedCanBeTaken() {
        var slots = Slots()
        _ = fill(&slots, lanes: 1...1, .steady)
        slots.free(1, .steady)
        #expect(slots.admits(1, .steady))
        #expect(slots.taken == 7)
    }

    @Test func anAnswerWithinTwoSecondsMakesALaneSteady() {
        #expect(Pace(microseconds: 1_999_999) == .steady)
        #expect(Pace(microseconds: 2_000_000) == .slow)
    }
}
