import CivilTime
import ReportCommands
import TestSupport
import Testing

/// Runs with a wrong clock, and the repair.
@Suite struct ClockTests {
    private let machine: SimulatedMachine

    /// A machine on which the reports of the 25th were sent.
    init() throws {
        let directory = try TemporaryDirectory()
        try directory.write(
            CommandFixture.configuration
                .replacing("\"mail\"", with: "\"retention\": \"400d\", \"mail\""),
            to: "callback-reports.json")
        try directory.write(CommandFixture.log, to: "log.ndjson")
        machine = SimulatedMachine(directory, now: try Self.instant("2026-11-24T17:00"))
        _ = run("import", "log.ndjson")
        _ = run("run")
        _ = try run(at: "2026-11-25T17:00", "run")
    }

    private static func instant(_ time: String) throws -> Instant {
        try #require(Instant(rfc3339: time + ":00+05:30"))
    }

    private func run(_ arguments: String...) -> ProgramRun {
        machine.run(CallbackReports.commands, arguments)
    }

    private func run(at time: String, _ arguments: String...) throws -> ProgramRun {
        machine.now = try Self.instant(time)
        return machine.run(CallbackReports.commands, arguments)
    }

    private var mails: [String] { (try? machine.directory.names(in: "mail/new")) ?? [] }

    /// Runs with the clock ahead and without a check, like version 1.0, and sets the clock right.
    private func ruin() throws {
        let run = try run(at: "2036-01-01T12:00", "run", "--accept-clock")
        #expect(run.status == 0)
        #expect(run.output.contains("log: pruned "))
        machine.now = try Self.instant("2026-11-26T17:00")
    }

    private let refusal = """
        clock: the clock says 2036-01-01T06:30:00Z, but there is no run or record after \
        2026-11-25T11:30:00Z that confirms it. Nothing is sent, scheduled or pruned until a run an hour later \
        agrees. If the time is correct, use '--accept-clock'; otherwise set the clock

        """

    @Test(arguments: [[], ["--dry-run"], ["--now", "2036-01-01T12:00"]])
    func aRunWithItsClockFarAheadReportsItAndDoesNothing(options: [String]) throws {
        let (mails, history) = (mails, run("history"))
        if !options.contains("--now") { machine.now = try Self.instant("2036-01-01T12:00") }
        #expect(machine.run(CallbackReports.commands, ["run"] + options) == fails(75, refusal))
        #expect(self.mails == mails)
        #expect(try run(at: "2026-11-25T17:00", "history") == history)
        // With the right clock, runs continue as if nothing had happened.
        let next = try run(at: "2026-11-26T17:00", "run")
        #expect(next.status == 0 && next.output.contains("prepared report no. 2"))
        #expect(run("verify").output.contains("8 attempts of 7 callbacks"))
    }

    @Test func healthReportsRunsOnHold() throws {
        _ = try run(at: "2036-01-01T12:00", "run")
        let health = try run(at: "2026-11-25T17:05", "health")
        #expect(health.status == 75)
        #expect(health.output.contains("runs are on hold because nothing confirms their clock"))
        _ = run("run")
        #expect(run("health").status == 0)
    }

    @Test func aRunAnHourLaterAgrees() throws {
        #expect(try run(at: "2026-12-25T17:00", "run").status == 75)
        #expect(try run(at: "2026-12-25T17:59", "run").status == 75)
        let agreed = try run(at: "2026-12-25T18:00", "run")
        #expect(agreed.status == 0)
        #expect(
            agreed.output.contains(
                "HXXXXXXX071IN daily 2026-12-25T17:00:00+05:30: prepared report no."))
    }

    @Test func afterAWeekendOffTheKernelOrARecordMustConfirmTheClock() throws {
        #expect(try run(at: "2026-11-28T09:00", "run").status == 75)
        machine.isSynchronized = true
        #expect(run("run").status == 0)
        machine.isSynchronized = false
        machine.now = try Self.instant("2026-11-30T09:00")
        let record = [
            "--company", CommandFixture.sid, "--callback-id", "monday", "--status", "200",
        ]
        #expect(machine.run(CallbackReports.commands, ["record"] + record) == prints(""))
        #expect(run("run").status == 0)
    }

    @Test func aScheduleCanBeTriedAWeekAtATime() throws {
        for day in ["12-02", "12-09", "12-16"] {
            #expect(run("run", "--now", "2026-\(day)T17:00").status == 0, "\(day)")
        }
    }

    @Test func pruneRequiresAConfirmedClock() throws {
        let held = try run(at: "2036-01-01T12:00", "prune")
        #expect(held == fails(75, "callback-reports: " + refusal))
        #expect(run("prune", "--accept-clock").output.contains("pruned 7 attempts"))
    }

    /// A machine that has imported the log, but has not run yet.
    private func imported(_ configuration: String = "") throws -> SimulatedMachine {
        let directory = try TemporaryDirectory()
        try directory.write(
            CommandFixture.configuration.replacing(
                "\"mail\"", with: "\"retention\": \"400d\", \(configuration)\"mail\""),
            to: "callback-reports.json")
        try directory.write(CommandFixture.log, to: "log.ndjson")
        let machine = SimulatedMachine(directory, now: try Self.instant("2026-11-26T17:00"))
        if configuration.isEmpty {
            _ = machine.run(CallbackReports.commands, ["import", "log.ndjson"])
        }
        machine.now = try Self.instant("2036-01-01T12:00")
        return machine
    }

    @Test(arguments: ["run", "prune"])
    func theFirstCommandComparesItsClockWithTheImport(command: String) throws {
        let machine = try imported()
        let held = machine.run(CallbackReports.commands, [command])
        #expect(held.status == 75)
        #expect(held.errors.contains("no run or record after 2026-11-26T11:30:00Z"))
        let verified = machine.run(CallbackReports.commands, ["verify"])
        #expect(verified.output.contains("8 attempts of 7 callbacks"))
    }

    @Test func theFirstRunEverPrunesNothingByAClockThatIsFarAhead() throws {
        let machine = try imported("\"sources\": [{\"path\": \"log.ndjson\"}], ")
        for minutes in [0, 5, 59] as [Int64] {
            let now = try Self.instant("2036-01-01T12:00").advanced(seconds: 60 * minutes)
            machine.now = now
            let run = machine.run(CallbackReports.commands, ["run"])
            #expect(run.status == 0 && !run.output.contains("pruned"), "\(minutes)")
        }
        machine.now = try Self.instant("2036-01-01T13:00")
        let run = machine.run(CallbackReports.commands, ["run"])
        #expect(run.output.contains("pruned 7 attempts"))
    }

    private func record(_ id: String, _ time: String) -> ProgramRun {
        run(
            "record", "--company", CommandFixture.sid, "--callback-id", id, "--status", "500",
            "--finished-at", time)
    }

    @Test func recordsInTheFutureAreNamedAndMakeHealthFailForAWeek() throws {
        let warning = """
            1 record is more than a day ahead of the clock, such as callback c-9 of HXXXXXXX071IN at \
            2026-12-24T00:00:00Z; no report counts them before that time. Check the clock of the \
            program that wrote them

            """
        #expect(
            record("c-9", "2026-12-24T00:00:00Z")
                == ProgramRun(output: "", errors: warning, status: 0))
        #expect(record("c-9", "2026-12-24T00:00:00Z") == prints(""))
        let line = CommandFixture.log.split(separator: "\n")[0]
            .replacing("c-1", with: "c-8").replacing("2026-11-24", with: "2026-12-22")
        try machine.directory.write(line + "\n", to: "future.ndjson")
        let imported = run("import", "future.ndjson")
        #expect(imported.status == 0)
        #expect(
            imported.errors
                == warning.replacing("c-9", with: "c-8").replacing("24T00", with: "22T12"))
        let finding =
            "2 records are more than a day in the future, the last one at "
            + "2026-12-24T00:00:00Z; check the clock of the program that writes the log"
        #expect(run("check").errors.contains("database: \(finding)\n"))
        let health = run("health")
        #expect(health.status == 65 && health.output.hasPrefix("unhealthy: "))
        #expect(health.output.contains(", \(finding)"))
        for day in ["12-01", "12-03"] { _ = try run(at: "2026-\(day)T17:00", "run") }
        let later = run("health")
        #expect(later.status == 0 && later.output.contains(", \(finding)"))
        #expect(later.output.hasPrefix("healthy: "))
    }

    /// Records of a source are compared with the clock of the run.
    @Test func recordOfASourceThatWasAheadConfirmsNoClock() throws {
        try machine.directory.write(
            CommandFixture.configuration.replacing(
                "\"mail\"", with: "\"sources\": [{\"path\": \"log.ndjson\"}], \"mail\""),
            to: "callback-reports.json")
        let line = CommandFixture.log.split(separator: "\n")[0]
            .replacing("c-1", with: "c-8").replacing("2026-11-24", with: "2026-12-24")
        try machine.directory.write(CommandFixture.log + line + "\n", to: "log.ndjson")
        let read = try run(at: "2026-11-26T17:00", "run")
        #expect(read.errors.contains("1 record is more than a day ahead of the clock"))
        #expect(try run(at: "2026-12-25T17:00", "run").status == 75)
    }

    private let limit = """
        the prune limit is in the future (2034-11-27T00:00:00Z); if the clock is correct, run \
        'callback-reports repair clock'
        """

    @Test func aPruneLimitInTheFutureStopsRunsAndImports() throws {
        try ruin()
        let stopped = run("run")
        #expect(stopped.status == 65 && stopped.output == "")
        #expect(stopped.errors.contains("clock: \(limit)\n"))
        #expect(
            run("import", "log.ndjson")
                == fails(75, "callback-reports: nothing imported: \(limit)\n"))
    }

    @Test(arguments: ["health", "check", "verify"])
    func everyCheckReportsTimesInTheFuture(command: String) throws {
        try ruin()
        let check = run(command)
        #expect(check.status != 0)
        let words = check.output + check.errors
        #expect(words.contains(limit))
        #expect(
            words.contains("the report ledger contains times in the future (2036-01-01T06:30:00Z)"))
        _ = run("repair", "clock")
        #expect(!(run(command).output + run(command).errors).contains("future"))
    }

    @Test func aCallbackThatJustEndedIsRecordedDespiteTheLimit() throws {
        try ruin()
        let record = ["--company", CommandFixture.sid, "--callback-id", "now", "--status", "500"]
        #expect(machine.run(CallbackReports.commands, ["record"] + record) == prints(""))
        #expect(
            run("failures", "--company", CommandFixture.sid, "--frequency", "daily").status == 0)
    }

    /// The reports of a day that were emailed by a clock that was a day ahead, and then by the right
    /// one.
    @Test func aReportThatIsSentAgainHasAnotherMessageID() throws {
        #expect(try run(at: "2026-11-26T17:00", "run").status == 0)
        machine.now = try Self.instant("2026-11-25T18:00")
        let repair = run("repair", "clock")
        #expect(
            repair.output.contains(
                "already sent to ops@example.com, care@example.com: HXXXXXXX071IN daily "
                    + "2026-11-26T17:00:00+05:30"))
        _ = run(
            "record", "--company", CommandFixture.sid, "--callback-id", "new", "--status", "500")
        #expect(try run(at: "2026-11-26T17:00", "run").status == 0)
        let texts = try mails.map { try machine.directory.text(of: "mail/new/\($0)") }
            .filter { $0.contains("daily, 26 Nov") }
        #expect(texts.count == 4)
        let ids = texts.compactMap { text in
            text.split(separator: "\r\n").first { $0.lowercased().hasPrefix("message-id:") }
        }
        #expect(Set(ids).count == 4, "\(ids)")
    }

    @Test func repairRefusesWhenTheClockIsBehind() throws {
        let history = run("history")
        let repair = try run(at: "2011-01-01T12:00", "repair", "clock")
        #expect(
            repair
                == fails(
                    75,
                    """
                    callback-reports: nothing repaired: the log has records of 3 days after \
                    2011-01-01T06:30:00Z, so this clock may be behind; set it, or use \
                    '--accept-clock'

                    """))
        #expect(try run(at: "2026-11-26T17:00", "history") == history)
        #expect(
            run("repair", "clock") == prints("clock: no times in the future; nothing to repair\n"))
    }

    @Test func repairFixesLogAndLedger() throws {
        try ruin()
        let repair = run("repair", "clock")
        #expect(repair.status == 0)
        #expect(
            repair.output.contains(
                "clock: prune limit 2034-11-27T00:00:00Z: moved back to 2026-11-25T11:45:00Z\n"))
        #expect(repair.output.contains("skipped report due again\n"))
        #expect(repair.output.contains("of periods that have not ended: deleted\n"))
        #expect(
            repair.output.contains(
                "clock: already sent to ops@example.com, care@example.com: HXXXXXXX071IN daily "
                    + "2035-12-31T17:00:00+05:30\n"))
        #expect(!repair.output.contains("daily 2026-11-25"))
        #expect(
            run("repair", "clock") == prints("clock: no times in the future; nothing to repair\n"))
        #expect(run("verify").status == 0)
        let next = run("run")
        #expect(next.status == 0)
        #expect(next.output.contains("daily 2026-11-26T17:00:00+05:30: prepared report no. 2"))
        #expect(run("health").status == 0)
        // Records that are already counted stay rejected.
        #expect(run("import", "log.ndjson").output.contains("0 added"))
    }
}
