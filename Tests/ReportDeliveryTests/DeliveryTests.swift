import CivilTime
import DeliveryLog
import Mail
import Storage
import Testing

@testable import ReportDelivery

/// The result of each email of a report.
@Suite struct DeliveryTests {
    private func due(_ answers: [String: [ScriptedTransport.Answer]]) throws -> RunFixture {
        let fixture = try RunFixture()
        try fixture.run("2026-03-01T12:00")
        fixture.transport.answers = answers
        try fixture.run("2026-03-01T17:00")
        return fixture
    }

    @Test func oneRejectionDoesNotAffectOtherRecipients() throws {
        let fixture = try due(["a@example.com": [.reject]])
        #expect(try fixture.deliveries().map(\.state) == [.rejected, .accepted])
        #expect(try fixture.ledger.history().map(\.state) == [.partial])
        #expect(try fixture.run("2026-03-01T19:00").isEmpty)
        #expect(fixture.transport.attempts == ["a@example.com", "b@example.com"])
    }

    @Test func recipientsDoNotSeeEachOthersAddress() throws {
        let fixture = try due([:])
        for (to, message) in fixture.transport.mailbox {
            let text = String(decoding: message, as: UTF8.self)
            #expect(text.contains("To: \(to)\r\n"))
            // A Message-ID may end with any digit before the host.
            let other = to == "a@example.com" ? "b@example.com" : "a@example.com"
            #expect(!text.replacing(#/[0-9a-f]{16,}@/#, with: "HASH@").contains(other))
        }
    }

    /// Retries at these minutes after the first attempt, with a run every minute.
    @Test func retriesAreOneTwoFourUpToSixtyMinutesApart() throws {
        let fixture = try due(["a@example.com": Array(repeating: .defer, count: 9)])
        var tries: [Int] = []
        let start = try fixture.at("2026-03-01T17:00")
        for minute in 1...300 {
            let before = fixture.transport.attempts.count
            try fixture.run(start.advanced(seconds: Int64(minute) * 60))
            if fixture.transport.attempts.count > before { tries.append(minute) }
        }
        #expect(tries == [1, 3, 7, 15, 31, 63, 123, 183, 243])
        #expect(try fixture.deliveries()[0].state == .accepted)
        #expect(try fixture.deliveries()[0].attempts == 10)
    }

    @Test func dailyReportExpiresAfterADayAndIsMentionedInTheNext() throws {
        let fixture = try due(["a@example.com": Array(repeating: .defer, count: 100)])
        let start = try fixture.at("2026-03-01T17:00")
        for hour in 1...23 { try fixture.run(start.advanced(seconds: Int64(hour) * 3600)) }
        #expect(try fixture.deliveries()[0].state == .deferred)
        try fixture.run(start.advanced(seconds: 24 * 3600))
        #expect(try fixture.deliveries()[0].state == .expired)
        #expect(try fixture.ledger.history().last?.state == .partial)
        fixture.transport.answers = [:]
        try fixture.run("2026-03-03T17:00")
        let text = try #require(
            try fixture.ledger.form(.text, ofReport: fixture.ledger.history()[0].id))
        #expect(text.contains("to Sun 1 Mar, 17:00 did not reach all"))
    }

    @Test func retrySendsTheSameBytesDespiteNewAttempts() throws {
        let fixture = try RunFixture()
        try fixture.run("2026-03-01T12:00")
        try fixture.record("x", .failed, at: "2026-03-01T13:00")
        fixture.transport.answers = ["a@example.com": [.lose]]
        try fixture.run("2026-03-01T17:00")
        #expect(try fixture.deliveries()[0].state == .uncertain)
        try fixture.record("y", .failed, at: "2026-03-01T14:00")
        try fixture.run("2026-03-01T17:01")
        let received = fixture.transport.received(by: "a@example.com")
        #expect(received.count == 2)
        #expect(received[0] == received[1])
        #expect(try fixture.deliveries()[0].state == .accepted)
    }

    @Test func authenticationFailureStopsTheBatchAndKeepsTheMails() throws {
        let fixture = try due(["a@example.com": [.misconfigure]])
        #expect(fixture.transport.attempts == ["a@example.com"])
        #expect(try fixture.deliveries().map(\.state) == [.deferred, .pending])
        try fixture.run("2026-03-01T17:05")
        #expect(try fixture.deliveries().map(\.state) == [.accepted, .accepted])
    }

    @Test func unreachableServerIsTriedOncePerRun() throws {
        let fixture = try due(["a@example.com": [.missing, .missing]])
        #expect(fixture.transport.attempts == ["a@example.com"])
        #expect(try fixture.deliveries().map(\.state) == [.deferred, .pending])
        try fixture.run("2026-03-01T17:01")
        #expect(fixture.transport.attempts.count == 2)
        try fixture.run("2026-03-01T17:05")
        #expect(try fixture.deliveries().map(\.state) == [.accepted, .accepted])
    }

    @Test func runThatLostItsLeaseDoesNotCompleteTheMail() throws {
        let fixture = try RunFixture()
        try fixture.run("2026-03-01T12:00")
        let now = try fixture.at("2026-03-01T17:00")
        let slow = try SlowTransport(fixture) {
            // The first run's lease expires while it sends the email, and another run takes over.
            try fixture.run(now.advanced(seconds: 15 * 60), owner: "other")
        }
        try slow.run(now)
        #expect(slow.mayComplete == [false])
        #expect(fixture.transport.mailbox.count == 2)
        #expect(try fixture.deliveries().map(\.state) == [.accepted, .accepted])
        #expect(try fixture.deliveries().map(\.attempts) == [2, 1])
    }

    @Test func leaseIsLongerThanAnyDelivery() {
        let limit = Int64(SMTPTransport.Timeouts().delivery) / 1000
        // One minute is for the database, before and after the mail.
        #expect(limit + 60 <= ReportRetryRule.leaseSeconds)
    }

    @Test func leaseExcludesOtherRunsForFifteenMinutes() throws {
        let fixture = try RunFixture()
        try fixture.run("2026-03-01T12:00")
        let now = try fixture.at("2026-03-01T17:00")
        let slow = try SlowTransport(fixture) {
            try fixture.run(now.advanced(seconds: 14 * 60 + 59), owner: "other")
        }
        try slow.run(now)
        #expect(slow.mayComplete.first == true)
        #expect(fixture.transport.received(by: "a@example.com").isEmpty)
    }
}
