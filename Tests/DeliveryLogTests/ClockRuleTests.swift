import CivilTime
import Testing

@testable import DeliveryLog

/// Which clock steps are accepted, and what confirms them.
@Suite struct ClockRuleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var id: String
        /// The time since the last run, in days, or `nil` for the first run.
        var step: Double?
        /// The age of the newest record, in days, or `nil` for none.
        var newestRecord: Double?
        /// In days.
        var silence: Double
        var isSynchronized = false
        /// The hours since the first and the latest held run.
        var held: (first: Double, last: Double)?
        var isHeld: Bool

        var testDescription: String { id }
    }

    static let cases = [
        Case(id: "the first run", silence: 0, isHeld: false),
        Case(id: "a run a day later", step: 1, silence: 1, isHeld: false),
        Case(id: "the clock went back", step: -4000, silence: 0, isHeld: false),
        Case(id: "a weekend off, no NTP, no record", step: 2.5, silence: 2.5, isHeld: true),
        Case(
            id: "a weekend off, NTP", step: 2.5, silence: 2.5, isSynchronized: true,
            isHeld: false),
        Case(
            id: "a weekend off, no NTP, a record since", step: 2.5, newestRecord: 0.1,
            silence: 2.4, isHeld: false),
        Case(
            id: "records all the time, no run for a year", step: 365, newestRecord: 0.1,
            silence: 0.9, isHeld: false),
        Case(
            id: "a month off, NTP", step: 30, silence: 30, isSynchronized: true, isHeld: true),
        Case(
            id: "years ahead, with a record by the same clock", step: 3000, newestRecord: 0,
            silence: 3000, isHeld: true),
        Case(
            id: "an hour later the clock is the same", step: 30, silence: 30, held: (1, 1),
            isHeld: false),
        Case(
            id: "half an hour later is too soon", step: 30, silence: 30, held: (0.5, 0.1),
            isHeld: true),
        Case(
            id: "the held run had a third clock", step: 30, silence: 30,
            held: (24 * 400, 24 * 400), isHeld: true),
        Case(
            id: "the clock was further ahead in the held run", step: 30, silence: 30,
            held: (-24, -24), isHeld: true),
        Case(
            id: "a job once a week", step: 7.01, silence: 7.01, isSynchronized: true,
            isHeld: false),
    ]

    @Test(arguments: cases)
    func stepIsAcceptedIfConfirmed(_ test: Case) {
        let now = Instant(seconds: 1_800_000_000)
        func before(_ days: Double) -> Instant {
            now.advanced(milliseconds: -Int64(days * 86_400_000))
        }
        let evidence = ClockEvidence(
            lastRun: test.step.map(before), newestRecord: test.newestRecord.map(before),
            longestSilence: Int64(test.silence * 86_400_000),
            held: test.held.map {
                HeldRuns(first: before($0.first / 24), last: before($0.last / 24))
            })
        var reading = ClockReading(
            now: now, isSynchronized: test.isSynchronized, isAccepted: false, catchUp: 7)
        let verdict = ClockRule.verdict(of: reading, by: evidence)
        #expect((verdict != .confirmed) == test.isHeld)
        reading.isAccepted = true
        #expect(ClockRule.verdict(of: reading, by: evidence) == .confirmed)
    }

    @Test(arguments: [(0, 8), (7, 8), (14, 15), (1000, 32)])
    func windowFollowsCatchUp(catchUp: Int, days: Int64) {
        let reading = ClockReading(
            now: Instant(seconds: 0), isSynchronized: true, catchUp: catchUp)
        #expect(reading.window == days * 86_400_000)
    }
}
