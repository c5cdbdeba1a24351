import Alerts
import CivilTime
import DeliveryLog
import SQL
import Storage
import TestSupport
import Testing

/// What the store of alert states promises.
@Suite struct AlertStatesConformanceTests {
    private let log: AttemptLog
    private let states: AlertStates
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        log = try AttemptLog(path: folder.path(of: "log.db"))
        states = try AlertStates(in: log)
    }

    private var failing: AlertState {
        var state = AlertState()
        state.condition = .failing
        state.since = Instant(seconds: 1_795_600_800)
        state.firstFailure = Instant(seconds: 1_795_600_000)
        state.lastFailure = Instant(seconds: 1_795_600_700)
        state.affected = 12
        state.recoversFrom = Instant(seconds: 1_795_600_701)
        state.countedFrom = Instant(seconds: 1_795_500_000)
        state.lastFailingNotice = Instant(seconds: 1_795_600_800)
        state.lastRecoveredNotice = Instant(seconds: 1_795_500_900)
        state.pending = .disableWarning
        state.pendingSince = Instant(seconds: 1_795_600_900)
        state.unreported = 3
        state.warnings = [.half, .lastDay]
        return state
    }

    private static let subjects: [AlertSubject] = [
        .log, .endpoint(.unknown), .endpoint(.profile("IN_1")), .endpoint(.profile("a:b:c")),
        .endpoint(.origin("https://hooks.example.com:8443")), .endpoint(.origin("log")),
        .endpoint(.profile("\u{301}x")), .endpoint(.origin("\u{301}x")),
    ]

    @Test(arguments: subjects)
    func `a state is read as it was written`(subject: AlertSubject) throws {
        #expect(try states.replace(StoredAlertState(), with: failing, of: subject, "HA"))
        #expect(
            try states.states() == ["HA": [subject: StoredAlertState(failing, revision: 1)]])
    }

    @Test func `of two changes of one state, only the first is made`() throws {
        let subject = AlertSubject.endpoint(.profile("P"))
        let other = try AlertStates(in: AttemptLog(path: folder.path(of: "log.db")))
        #expect(try states.replace(StoredAlertState(), with: failing, of: subject, "HA"))
        #expect(try !other.replace(StoredAlertState(), with: AlertState(), of: subject, "HA"))
        let known = StoredAlertState(failing, revision: 1)
        #expect(try other.replace(known, with: AlertState(), of: subject, "HA"))
        #expect(try !states.replace(known, with: failing, of: subject, "HA"))
        #expect(try !states.replace(known, with: nil, of: subject, "HA"))
        #expect(try states.states()["HA"]?[subject]?.revision == 2)
    }

    @Test func `a forgotten state is healthy again`() throws {
        _ = try states.replace(StoredAlertState(), with: failing, of: .log, "HA")
        _ = try states.replace(StoredAlertState(), with: failing, of: .log, "HB")
        #expect(
            try states.replace(
                StoredAlertState(failing, revision: 1), with: nil, of: .log, "HA"))
        #expect(try states.states().keys.sorted() == ["HB"])
        try states.forget(company: "HB")
        #expect(try states.states().isEmpty)
    }

    @Test func `the clock is read as it was written`() throws {
        #expect(try states.clock() == AlertClock())
        let clock = AlertClock(
            evaluatedAt: Instant(seconds: 1_795_600_800), interval: 300_000,
            trustedSince: Instant(seconds: 1_795_000_000))
        for _ in 0..<2 { try states.record(clock) }
        #expect(try states.clock() == clock)
    }
}
