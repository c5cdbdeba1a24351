import CivilTime
import Mail
import Rendering
import ReportDelivery
import Settings

/// A run with a mail server so slow that something happens before each email is complete.
final class SlowTransport: MailTransport {
    private let fixture: RunFixture
    private let meanwhile: () throws -> Void
    /// Whether each email was allowed to complete.
    private(set) var mayComplete: [Bool] = []

    init(_ fixture: RunFixture, meanwhile: @escaping () throws -> Void) throws {
        self.fixture = fixture
        self.meanwhile = meanwhile
    }

    func run(_ now: Instant) throws {
        let composer = ReportComposer(
            log: fixture.log, renderer: Renderer(),
            mail: fixture.configuration.mail, tzVersion: nil)
        try Run(
            configuration: fixture.configuration, ledger: fixture.ledger, log: fixture.log,
            composer: composer, transport: self, owner: "slow", clock: { now }
        ) { _ in }.perform()
    }

    func deliver(
        _ message: [UInt8], from: String, to: String, beforeFinalDot: () -> Bool
    ) -> DeliveryResult {
        try? meanwhile()
        mayComplete.append(beforeFinalDot())
        let reply = DeliveryReply(.content, code: 250, "at last")
        return mayComplete.last == true ? .accepted(reply) : .deferred(reply)
    }

    func probe() -> DeliveryResult { .accepted(DeliveryReply(.connection, code: 220, "slow")) }
    func close() {}
}
