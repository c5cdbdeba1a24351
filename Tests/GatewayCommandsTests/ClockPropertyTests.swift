import CivilTime
import DeliveryLog
import GatewayCommands
import ReportCommands
import SQL
import Storage
import Synchronization
import TestSupport
import Testing

/// Runs, prunes and the gateway while the clock jumps by hours or years. Nothing is lost, nothing
/// is reported twice or too early, and nothing waits for a time in the far future.
@Suite struct ClockPropertyTests {
    @Test(arguments: 0..<8 as Range<UInt64>)
    func clockJumpsLoseNothingAndStopNothing(seed: UInt64) throws {
        var story = try ClockStory(seed: seed)
        for _ in 0..<40 { try story.takeStep() }
        try story.finish()
        let told = "seed \(seed): \(story.steps.joined(separator: ", "))"
        let (missing, wrong) = (try story.missingRecords(), try story.wrongReports())
        #expect(missing == [], "\(told)")
        #expect(wrong == [], "\(told)")
        #expect(story.unwritten == 0, "\(told)")
        #expect(try story.waitingCallbacks() == 0, "\(told)")
        #expect(story.health.status == 0, "\(story.health) \(told)")
    }
}

/// A machine with both programs whose clock is sometimes wrong, and another machine that writes a
/// log with a correct clock.
private struct ClockStory {
    private static let start = Instant(seconds: 1_790_000_000)
    private static let retentionDays: Int64 = 20

    private let machine: SimulatedMachine
    /// Rejects the first attempt at every callback and accepts the second.
    private let receiver: ScriptedHTTPReceiver
    private let profile: String
    private var random: SeededRandom
    /// The correct time.
    private var time = start
    private(set) var steps: [String] = []
    private(set) var health = ProgramRun(output: "", errors: "", status: -1)
    /// The correct end time of each record in the log.
    private var written: [String: Instant] = [:]
    private var sent = 0
    /// Attempts that a dispatch made but did not record.
    private(set) var unwritten: Int64 = 0

    init(seed: UInt64) throws {
        random = SeededRandom(seed: seed)
        let directory = try TemporaryDirectory()
        try directory.write(
            """
            {"gateway": {"allowNetworks": ["127.0.0.0/8"]}, "sources": [{"path": "log.ndjson"}], "catchUp": 100, "retention": "\(Self.retentionDays)d",
             "mail": {"url": "file:mail", "from": "a@example.com"},
             "companies": [{"sid": "HA", "timeZone": "UTC", "callbackReport": {
               "daily": {"emailAddresses": "a@example.com"}}}]}
            """, to: "callback-reports.json")
        try directory.write("", to: "log.ndjson")
        let seen = Mutex(Set<String>())
        receiver = try ScriptedHTTPReceiver { request in
            let isFirst = seen.withLock { $0.insert(request.callbackID ?? "").inserted }
            return isFirst ? .answer(503) : .ok
        }
        try directory.write(
            #"{"title": "Orders", "http_method": "GET", "url": "\#(receiver.origin)/"}"#,
            to: "profile.json")
        machine = SimulatedMachine(directory, now: Self.start)
        let made = machine.run(
            CallbackGateway.commands, ["profile", "create", "--company", "HA", "profile.json"])
        profile = try #require(made.output.firstMatch(of: /IN_[0-9a-f-]{36}/)).output.description
        run("run")
    }

    mutating func takeStep() throws {
        time = time.advanced(seconds: Int64.random(in: 600...86_000, using: &random))
        machine.now = time
        switch Int.random(in: 0..<8, using: &random) {
        case 0..<3: try writeLog()
        case 3..<5: run("run")
        case 5: try send()
        default: try goWrong()
        }
    }

    /// Sets the clock far ahead or back for less than an hour.
    private mutating func goWrong() throws {
        let days = Double.random(in: 40...9000, using: &random)
        let isAhead = Int.random(in: 0..<3, using: &random) > 0
        let offset = Int64(days * 86_400) * (isAhead ? 1 : -1)
        steps.append("clock \(offset / 86_400) days off")
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            time = time.advanced(seconds: Int64.random(in: 1...800, using: &random))
            machine.now = time.advanced(seconds: offset)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: run("prune")
            case 1: try send()
            default: run("run")
            }
        }
        machine.now = time
    }

    mutating func finish() throws {
        time = time.advanced(seconds: 86_400)
        machine.now = time
        try writeLog()
        try dispatch()
        time = time.advanced(seconds: 60)
        machine.now = time
        try dispatch()
        run("run")
        health = machine.run(CallbackReports.commands, ["health"])
    }

    // MARK: Steps

    private mutating func run(_ command: String) {
        let run = machine.run(CallbackReports.commands, [command])
        steps.append("\(command) \(machine.now.rfc3339) \(run.status)")
    }

    private mutating func writeLog() throws {
        var text = try machine.directory.text(of: "log.ndjson")
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let id = "c-\(written.count)"
            written[id] = time
            text += """
                {"callback_id":"\(id)","company":"HA","finished_at":"\(time.rfc3339)","status":200}

                """
        }
        try machine.directory.write(text, to: "log.ndjson")
    }

    private mutating func send() throws {
        sent += 1
        let id = "g-\(sent)"
        let sent = machine.run(
            CallbackGateway.commands,
            ["send", "--company", "HA", "--profile", profile, "--callback-id", id])
        #expect(sent.status == 0, "\(sent)")
        try dispatch()
    }

    private mutating func dispatch() throws {
        let run = machine.run(CallbackGateway.commands, ["dispatch", "--once"])
        steps.append("dispatch \(run.status)")
        unwritten += try open().integer(
            """
            SELECT count(*) FROM callbacks
            WHERE attempts > 0 AND abs(ifnull(finished_at, due) - ?) < 60000 AND NOT EXISTS(
                SELECT 1 FROM attempts WHERE attempts.callback_id = callbacks.callback_id
                    AND attempt = callbacks.attempts)
            """, [.integer(machine.now.milliseconds)])
    }

    // MARK: Invariants

    private func open() throws -> Database {
        try Database(path: machine.directory.path(of: "callbacks.db"))
    }

    /// Records that are missing in the log, with their times.
    func missingRecords() throws -> [String] {
        let kept = Set(try open().rows("SELECT callback_id FROM attempts") { $0.text(0) })
        let limit = time.advanced(seconds: -Self.retentionDays * 86_400)
        return written.filter { $0.value >= limit && !kept.contains($0.key) }.map {
            "\($0.key) \($0.value.rfc3339)"
        }.sorted()
    }

    /// Days whose report is missing, duplicate or too early.
    func wrongReports() throws -> [String] {
        let noon = Self.start.rounded(downTo: 86_400_000).advanced(seconds: 17 * 3600)
        let first = noon > Self.start ? noon : noon.advanced(seconds: 86_400)
        let due = stride(from: first.seconds, through: time.seconds, by: 86_400)
            .map { Instant(seconds: $0).rfc3339 }
        let made = try open().rows("SELECT occurrence FROM reports WHERE number IS NOT NULL") {
            Instant(milliseconds: $0.integer(0)).rfc3339
        }
        let missing = Set(due).subtracting(made).sorted().map { "missing \($0)" }
        let extra = made.filter { !due.contains($0) }.map { "too early \($0)" }
        return missing + extra + (Set(made).count == made.count ? [] : ["twice"])
    }

    func waitingCallbacks() throws -> Int64 {
        try open().integer("SELECT count(*) FROM callbacks WHERE state < 2")
    }
}
