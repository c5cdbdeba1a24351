import CivilTime
import ReportDelivery
import Storage
import Testing

/// Waiting emails when the configuration changes, and an operator's address that rejects notices.
@Suite struct RemovalTests {
    private let fixture: RunFixture

    init() throws {
        fixture = try RunFixture(top: "operator: 'op@example.com',")
        try fixture.run("2026-03-01T12:00")
    }

    private func states() throws -> [DeliveryState] { try fixture.deliveries().map(\.state) }

    @Test func aMailToARemovedAddressIsNotSent() throws {
        fixture.transport.answers = ["a@example.com": [.defer], "b@example.com": [.defer]]
        try fixture.run("2026-03-01T17:00")
        try fixture.configure("daily: {emailAddresses: 'B@Example.com, c@example.com'}")
        let lines = try fixture.run("2026-03-01T18:00").map { "\($0)" }
        #expect(try states() == [.removed, .accepted])
        #expect(fixture.transport.received(by: "a@example.com").isEmpty)
        #expect(
            lines.contains(
                "HA daily 2026-03-01T17:00:00+01:00: not sent to a@example.com, which was removed "
                    + "from the configuration"))
        // The removed address no longer counts.
        #expect(try fixture.ledger.history()[0].state == .sent)
        try fixture.configure("daily: {emailAddresses: 'a@example.com'}")
        try fixture.run("2026-03-01T19:00")
        #expect(fixture.transport.received(by: "a@example.com").isEmpty)
        #expect(fixture.transport.received(by: "op@example.com").isEmpty)
    }

    @Test(arguments: ["weekly: {emailAddresses: 'a@example.com, b@example.com'}", ""])
    func aMailOfARemovedReportIsNotSent(_ report: String) throws {
        fixture.transport.answers = ["a@example.com": [.defer]]
        try fixture.run("2026-03-01T17:00")
        try fixture.configure(report)
        try fixture.run("2026-03-01T18:00")
        #expect(try states() == [.removed, .accepted])
    }

    @Test func aPreparedMailIsSentAfterItsFrequencyIsDisabled() throws {
        fixture.transport.answers = ["a@example.com": [.defer]]
        try fixture.run("2026-03-01T17:00")
        try fixture.configure(
            "daily: {enabled: false, emailAddresses: 'a@example.com, b@example.com'}")
        try fixture.run("2026-03-01T18:00")
        #expect(try states() == [.accepted, .accepted])
    }

    @Test func resendingSkipsRemovedAddresses() throws {
        try fixture.run("2026-03-01T17:00")
        try fixture.configure("daily: {emailAddresses: 'b@example.com'}")
        let id = try fixture.ledger.history()[0].id
        let run = try fixture.makeRun(fixture.at("2026-03-02T09:00"))
        #expect(try run.resend(report: id, failedOnly: false) == 1)
        #expect(try states() == [.removed, .accepted])
        #expect(fixture.transport.received(by: "a@example.com").count == 1)
        #expect(fixture.transport.received(by: "b@example.com").count == 2)
    }

    // MARK: Operator

    private func attempts() -> Int {
        fixture.transport.attempts.filter { $0 == "op@example.com" }.count
    }

    @Test func aRejectingOperatorAddressIsTriedOnceADay() throws {
        fixture.transport.answers = [
            "a@example.com": [.reject], "op@example.com": [.reject, .reject],
        ]
        let events = try fixture.run("2026-03-01T17:00")
        #expect(attempts() == 1 && events.map(\.severity).max() == .permanent)
        for hour in 18...23 { try fixture.run("2026-03-01T\(hour):00") }
        try fixture.run("2026-03-02T16:59")
        #expect(attempts() == 1)
        try fixture.run("2026-03-02T17:00")
        #expect(attempts() == 2)
        try fixture.run("2026-03-03T17:00")
        #expect(attempts() == 3 && fixture.transport.received(by: "op@example.com").count == 1)
        try fixture.run("2026-03-04T17:00")
        #expect(attempts() == 3)
    }

    @Test func aChangedOperatorAddressIsTriedAtOnce() throws {
        fixture.transport.answers = ["a@example.com": [.reject], "op@example.com": [.reject]]
        try fixture.run("2026-03-01T17:00")
        try fixture.configure(RunFixture.daily, top: "operator: 'new@example.com',")
        try fixture.run("2026-03-01T17:05")
        #expect(fixture.transport.received(by: "new@example.com").count == 1)
    }

    @Test func theOperatorIsNotifiedAfterTheClockIsSetBack() throws {
        fixture.transport.answers = ["a@example.com": [.reject], "op@example.com": [.reject]]
        try fixture.run("2026-03-01T17:00")
        try fixture.run("2026-02-01T17:00")
        #expect(fixture.transport.received(by: "op@example.com").count == 1)
    }
}
