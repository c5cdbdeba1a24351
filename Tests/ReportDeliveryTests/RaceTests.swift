import CivilTime
import DeliveryLog
import Glibc
import Mail
import Rendering
import ReportDelivery
import SQL
import Settings
import Storage
import Synchronization
import TestSupport
import Testing

/// Two runs on one file that start the same work at the same time.
@Suite struct RaceTests {
    /// Lets two threads proceed together, round after round.
    private final class Barrier: Sendable {
        private let arrivals = Atomic(0)

        func wait(_ round: Int) {
            arrivals.add(1, ordering: .acquiringAndReleasing)
            while arrivals.load(ordering: .acquiring) < 2 * round { sched_yield() }
        }
    }

    /// One of the two runs, with its own connection and mail server.
    private struct Runner {
        let configuration: Configuration
        let database: Database
        let ledger: ReportLedger
        let log: AttemptLog
        let transport = ScriptedTransport()
        let name: String

        init(_ name: String, _ path: String, _ configuration: Configuration) throws {
            self.name = name
            self.configuration = configuration
            database = try Database(path: path)
            log = try AttemptLog(database)
            ledger = try ReportLedger(database)
        }

        func run(_ now: Instant) throws {
            let composer = ReportComposer(
                log: log, renderer: Renderer(), mail: configuration.mail,
                tzVersion: nil)
            try Run(
                configuration: configuration, ledger: ledger, log: log, composer: composer,
                transport: transport, owner: name, clock: { now }
            ) { _ in }.perform()
        }
    }

    private static let rounds = 500

    @Test func everyClaimAndTakeoverHasOneWinner() throws {
        let fixture = try RunFixture("daily: {emailAddresses: 'a@example.com'}")
        let start = try fixture.at("2024-03-01T18:00")
        try fixture.run(start)
        let (path, configuration) = (fixture.database.path, fixture.configuration)
        let barrier = Barrier()
        let runs = ["one", "two"].map { name in
            OwnThread {
                let runner = try Runner(name, path, configuration)
                for round in 1...Self.rounds {
                    let due = start.advanced(seconds: Int64(round) * 86_400)
                    barrier.wait(3 * round - 2)
                    try runner.run(due)
                    barrier.wait(3 * round - 1)
                    if name == "one" { try Self.abandonLatest(runner.database, due) }
                    barrier.wait(3 * round)
                    try runner.run(due.advanced(seconds: 1))
                }
                return runner.transport.mailbox.count
            }
        }
        let sent = try runs.map { try $0.value() }
        // One email for each report, and one more because its owner was considered dead.
        #expect(sent.reduce(0, +) == 2 * Self.rounds)
        #expect(sent.allSatisfy { $0 > 0 })
        let entries = try fixture.ledger.history()
        #expect(entries.count == Self.rounds)
        #expect(entries.allSatisfy { $0.state == .sent && $0.deliveries[0].attempts == 2 })
    }

    /// Makes the latest email look as if its run had died before the mark and the lease expired.
    private static func abandonLatest(_ database: Database, _ now: Instant) throws {
        try database.execute(
            """
            UPDATE deliveries SET state = 'sending', owner = 'dead', lease_until = ?1,
                next_attempt = ?1
            WHERE id = (SELECT max(id) FROM deliveries)
            """, [.integer(now.milliseconds)])
    }
}
