import CivilTime
import DeliveryLog
import TestSupport
import Testing

/// A month of healthy traffic raises no alert.
@Suite struct HealthyMonthTests {
    /// Ten endpoints, one callback a minute and 1 % of random failures, over the night in which the
    /// clocks go back, with a clock that jumps by an hour in both directions.
    @Test func `nothing is reported`() throws {
        let fixture = try AlertFixture(day: "2026-10-10")
        var random = SeededRandom(seed: 1)
        for quarter in 0..<30 * 96 {
            let start = quarter * 15
            try fixture.record(
                (start..<start + 15).map { minute in
                    let isFailed = Int.random(in: 0..<100, using: &random) == 0
                    let endpoint = Int.random(in: 0..<10, using: &random)
                    return Attempt(
                        company: "HA", callbackID: "c\(minute)",
                        finishedAt: fixture.minute(Double(minute)),
                        outcome: isFailed ? .failed : .delivered,
                        reason: isFailed ? .timeout : nil,
                        origin: "https://\(endpoint).example.com")
                })
            for minutes in Self.evaluations(quarter) {
                #expect(try fixture.evaluate(Double(start + 15) + minutes) == [])
            }
        }
    }

    /// When a quarter hour is evaluated, relative to its end, in minutes.
    private static func evaluations(_ quarter: Int) -> [Double] {
        switch quarter {
        // Ahead by an hour for some minutes. The next records are an hour later.
        case 400, 1600: [0, 60, 60.25, 61]
        // Back by an hour.
        case 800, 2000: [0, -60, -30, 0]
        default: [0]
        }
    }
}
