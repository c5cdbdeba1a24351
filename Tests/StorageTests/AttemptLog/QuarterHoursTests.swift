import CivilTime
import DeliveryLog
import Testing

@testable import Storage

@Suite struct QuarterHoursTests {
    private func hours(_ quarters: [Int]) -> QuarterHours {
        var hours = QuarterHours()
        for quarter in quarters { hours.insert(quarter) }
        return hours
    }

    @Test func `both columns together store every quarter hour of the day`() {
        for quarter in 0..<96 {
            let one = hours([quarter])
            #expect(QuarterHours(early: one.early, late: one.late) == one)
            #expect(one.early >= 0 && one.late >= 0)
            #expect(one.first(from: 0) == quarter)
            #expect(one.last(before: 96) == quarter)
        }
    }

    @Test func `the nearest quarter hours are found`() {
        let some = hours([0, 47, 48, 95])
        #expect(some.last(before: 0) == nil)
        #expect(some.last(before: 47) == 0)
        #expect(some.last(before: 48) == 47)
        #expect(some.last(before: 95) == 48)
        #expect(some.first(from: 1) == 47)
        #expect(some.first(from: 48) == 48)
        #expect(some.first(from: 96) == nil)
        #expect(QuarterHours().first(from: 0) == nil)
    }

    @Test func `a range contains its quarter hours`() {
        #expect(QuarterHours(46..<50) == hours([46, 47, 48, 49]))
        #expect(QuarterHours(0..<96) == hours(Array(0..<96)))
        #expect(QuarterHours(0..<0).isEmpty)
    }

    @Test func `a quarter hour has a day and an index`() {
        let quarter = Quarter(of: Instant(seconds: 86_400 * 20_000 + 3_600 * 23 + 2_999))
        #expect(quarter.day == 20_000)
        #expect(quarter.index == 95)
        #expect(quarter.next == Quarter(day: 20_001, index: 0))
        #expect(quarter.start == Instant(seconds: 86_400 * 20_000 + 85_500))
    }
}
