import CivilTime
import Mail
import Rendering
import Settings
import Storage
import Testing

@testable import ReportDelivery

/// More reports than one batch, so that some are prepared while others are sent.
@Suite struct ManyReportsTests {
    private static let count = 150

    private func fixture() throws -> RunFixture {
        let fixture = try RunFixture()
        let companies = (0..<Self.count).map { number in
            """
            {sid: 'H\(number)', timeZone: 'Europe/Berlin',
             callbackReport: {daily: {emailAddresses: 'ops-\(number)@example.com'}}}
            """
        }
        let text = """
            {mail: {url: 'file:mail', from: 'Reports <reports@example.com>'},
             companies: [\(companies.joined(separator: ","))]}
            """
        let file = ConfigurationFile(name: "test.json", path: "/test/test.json", text: text)
        fixture.configuration = try Configuration(reading: file, zones: fixture.zones)
        try fixture.run("2026-03-01T12:00")
        return fixture
    }

    @Test func eachIsClaimedAndSentOnce() throws {
        let fixture = try fixture()
        let events = try fixture.run("2026-03-01T17:00")
        #expect(events.count == 2 * Self.count)
        #expect(Set(fixture.transport.attempts).count == Self.count)
        #expect(fixture.transport.attempts.count == Self.count)
        #expect(try fixture.ledger.history().allSatisfy { $0.state == .sent && $0.number == 1 })
    }

    @Test func allAreClaimedAndAnUnreachableServerIsTriedOnce() throws {
        let fixture = try fixture()
        fixture.transport.answers = ["ops-0@example.com": [.missing]]
        let events = try fixture.run("2026-03-01T17:00")
        #expect(fixture.transport.attempts == ["ops-0@example.com"])
        #expect(try fixture.ledger.history().count == Self.count)
        let waiting = events.compactMap { event in
            if case .unreachable(_, let waiting) = event { waiting } else { nil }
        }
        #expect(waiting == [Self.count - 1])
    }

    @Test func aReportClaimedByAnotherRunDuringPreparationIsSentOnce() throws {
        let fixture = try fixture()
        let now = try fixture.at("2026-03-01T17:00")
        var isFirst = true
        let slow = try SlowTransport(fixture) {
            guard isFirst else { return }
            isFirst = false
            try fixture.run(now, owner: "other")
        }
        try slow.run(now)
        #expect(slow.mayComplete.count { $0 } + fixture.transport.mailbox.count == Self.count)
        #expect(try fixture.ledger.history().count == Self.count)
        #expect(try fixture.ledger.history().allSatisfy { $0.state == .sent })
    }

    @Test func aDeferredMailIsNotRetriedInTheSameRun() throws {
        let fixture = try fixture()
        fixture.transport.answers = ["ops-0@example.com": [.defer]]
        var now = try fixture.at("2026-03-01T17:00")
        let composer = ReportComposer(
            log: fixture.log, renderer: Renderer(), mail: fixture.configuration.mail,
            tzVersion: nil)
        try Run(
            configuration: fixture.configuration, ledger: fixture.ledger, log: fixture.log,
            composer: composer, transport: fixture.transport, owner: "run",
            clock: {
                now = now.advanced(seconds: 1)
                return now
            }
        ) { _ in }.perform()
        #expect(fixture.transport.attempts.count { $0 == "ops-0@example.com" } == 1)
        #expect(fixture.transport.mailbox.count == Self.count - 1)
    }

    @Test func missedReportsOfManySeriesAreSentInTurns() throws {
        let fixture = try fixture()
        fixture.transport.answers = ["ops-1@example.com": [.reject]]
        try fixture.run("2026-03-04T17:00")
        #expect(fixture.transport.attempts.count == 4 * Self.count)
        for number in [0, 1, Self.count - 1] {
            let entries = try fixture.ledger.history(company: "H\(number)")
            #expect(entries.map(\.number) == [4, 3, 2, 1])
            #expect(entries.last?.state == (number == 1 ? .failed : .sent))
            for (later, earlier) in zip(entries, entries.dropFirst()) {
                #expect(later.period.start == earlier.period.end)
            }
        }
    }
}
