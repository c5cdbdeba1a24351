import CivilTime
import SQL
import Testing

@testable import ReportDelivery

/// How many emails are marked at once.
@Suite struct SendingPaceTests {
    @Test(arguments: [
        (49, [1, 2, 4, 8, 16, 32, 64, 64]), (50, [1, 1, 1, 1, 1, 1, 1, 1]),
    ])
    func onlyAFastServerGetsMoreThanOneMailPerMark(milliseconds: Int, batchSizes: [Int]) {
        var pace = SendingPace()
        let sizes = (0..<8).map {
            pace.nextBatchSize(at: Instant(milliseconds: Int64($0 * milliseconds)))
        }
        #expect(sizes == batchSizes)
    }

    @Test func aServerThatSlowsDownGetsOneMailPerMarkAgain() {
        var pace = SendingPace()
        let sizes = [0, 10, 20, 200, 210].map { pace.nextBatchSize(at: Instant(milliseconds: $0)) }
        #expect(sizes == [1, 2, 4, 1, 2])
    }

    @Test func marksAreRemovedFromMailsThatWereNotTried() throws {
        let addresses = (0..<8).map { "a\($0)@example.com" }
        let fixture = try RunFixture(
            "daily: {emailAddresses: '\(addresses.joined(separator: ","))'}")
        try fixture.run("2026-03-01T12:00")
        // Three more emails are marked together with the one that fails.
        fixture.transport.answers = ["a3@example.com": [.missing]]
        try fixture.run("2026-03-01T17:00")
        let marked = try fixture.database.rows(
            "SELECT address FROM deliveries WHERE handed_over IS NOT NULL AND state = 'pending'"
        ) { $0.text(0) }
        #expect(marked.isEmpty)
        #expect(fixture.transport.attempts.count == 4)
    }
}
