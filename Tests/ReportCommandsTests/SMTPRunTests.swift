import Glibc
import Synchronization
import TestSupport
import Testing

/// `run` with a mail server that does not accept every mail.
@Suite struct SMTPRunTests {
    /// The behavior of a server during the first run, and the expected results.
    struct Case: CustomTestStringConvertible {
        var name: String
        var script: [SMTPStep: [SMTPAction]]
        /// Lines of the first run, without the company and the time of the report.
        var lines: [String]
        var status: Int32
        /// State, attempts and next attempt of each delivery after the first run.
        var deliveries: [String]
        /// State of the report after the first run and after the next one.
        var states: [String]
        /// Recipients of the emails that the server accepted in both runs.
        var accepted: [String]

        var testDescription: String { name }
    }

    /// A server that does not speak SMTP is the same for every recipient.
    @Test(arguments: [SMTPStep.mail, .rcpt, .data])
    func serverWithoutRepliesIsTriedOncePerRun(step: SMTPStep) throws {
        let server = try ScriptedSMTPServer([step: [.reply("what?"), .reply("what?")]])
        let fixture = try CommandFixture(
            CommandFixture.configuration.replacing(
                "\"url\": \"file:mail\"",
                with: "\"url\": \"smtp://127.0.0.1:\(server.port)\", \"tls\": \"none\""))
        _ = try fixture.run("run", "--now", "2026-11-23T12:00")
        let run = try fixture.run("run", "--now", "2026-11-23T17:00")
        #expect(run.status == 75)
        let words = "the server sent 'what?', which is not an SMTP reply; 1 email is waiting"
        #expect(run.errors.contains(words), "\(run)")
        #expect(server.connections.count == 1)
    }

    private static let prepared = "prepared report no. 1 for 2 recipients"
    private static let next = "2026-11-24T17:01:00+05:30"
    private static let queued = "(end of data: 250 2.0.0 queued as 1)"

    static let cases = [
        Case(
            name: "accepted", script: [:],
            lines: [
                prepared, "sent to a@example.com \(queued)", "sent to b@example.com \(queued)",
            ],
            status: 0, deliveries: ["accepted 1 -", "accepted 1 -"], states: ["sent", "sent"],
            accepted: ["a@example.com", "b@example.com"]),
        Case(
            name: "deferred", script: [.rcpt: [.reply("450 4.2.0 greylisted")]],
            lines: [
                prepared, "sent to b@example.com \(queued)",
                "deferred for a@example.com (RCPT TO: 450 4.2.0 greylisted); "
                    + "next attempt \(next)",
            ],
            status: 75, deliveries: ["deferred 1 \(next)", "accepted 1 -"],
            states: ["waiting", "sent"], accepted: ["b@example.com", "a@example.com"]),
        Case(
            name: "uncertain", script: [.content: [.close]],
            lines: [
                prepared, "sent to b@example.com \(queued)",
                "a@example.com may have received it (end of data: response reading failed (errno N); "
                    + "the email may have been delivered); the same email will be sent again at \(next)",
            ],
            status: 75, deliveries: ["uncertain 1 \(next)", "accepted 1 -"],
            states: ["waiting", "sent"], accepted: ["b@example.com", "a@example.com"]),
        Case(
            name: "rejected",
            script: [.rcpt: [.reply("550 5.1.1 no such user"), .reply("550 5.1.1 nor this")]],
            lines: [
                prepared, "rejected for a@example.com (RCPT TO: 550 5.1.1 no such user)",
                "rejected for b@example.com (RCPT TO: 550 5.1.1 nor this)",
            ],
            status: 69, deliveries: ["rejected 1 -", "rejected 1 -"],
            states: ["failed", "failed"], accepted: []),
        Case(
            name: "partial", script: [.content: [.reply("554 5.7.1 spam")]],
            lines: [
                prepared, "sent to b@example.com \(queued)",
                "rejected for a@example.com (end of data: 554 5.7.1 spam)",
            ],
            status: 69, deliveries: ["rejected 1 -", "accepted 1 -"],
            states: ["partial", "partial"], accepted: ["b@example.com"]),
        Case(
            name: "misconfigured", script: [.mail: [.reply("530 5.7.0 log in first")]],
            lines: [
                prepared, "mail server: MAIL FROM: 530 5.7.0 log in first; 2 emails are waiting",
            ],
            status: 69, deliveries: ["deferred 1 \(next)", "pending 0 2026-11-24T17:00:00+05:30"],
            states: ["waiting", "sent"], accepted: ["a@example.com", "b@example.com"]),
        Case(
            name: "not served at all",
            script: [.greeting: [.replyAndClose("421 4.3.2 not now")]],
            lines: [
                prepared,
                "deferred for a@example.com (greeting: 421 4.3.2 not now); "
                    + "next attempt \(next)",
                "mail server: greeting: 421 4.3.2 not now; 1 email is waiting",
            ],
            status: 75, deliveries: ["deferred 1 \(next)", "pending 0 2026-11-24T17:00:00+05:30"],
            states: ["waiting", "sent"], accepted: ["a@example.com", "b@example.com"]),
    ]

    @Test(
        "the server's response determines state, message and status, and a later run finishes",
        arguments: cases)
    func answer(_ example: Case) throws {
        let fixture = try SMTPFixture(example.script)
        let run = try fixture.run("2026-11-24T17:00")
        #expect(fixture.lines(of: run) == example.lines)
        #expect(run.status == example.status)
        let report = try fixture.report()
        #expect(report.state == example.states[0])
        #expect(report.deliveries.map(\.summary) == example.deliveries)
        let last = try fixture.run("2026-11-24T17:05")
        #expect(last.status == 0)
        #expect(try fixture.report().state == example.states[1])
        #expect(fixture.server.accepted.flatMap(\.to) == example.accepted)
        let again = try fixture.run("2026-11-24T17:30")
        #expect(again == ProgramRun(output: "", errors: "", status: 0))
    }

    @Test("a mail that may have arrived is sent again unchanged")
    func sameBytes() throws {
        let fixture = try SMTPFixture([.content: [.close]])
        _ = try fixture.run("2026-11-24T17:00")
        _ = try fixture.run("2026-11-24T17:05")
        let mails = fixture.server.received.filter { $0.to == ["a@example.com"] }
        #expect(mails.count == 2)
        #expect(mails.first == mails.last)
    }

    @Test("more than a hundred mails of a run use one connection")
    func oneConnection() throws {
        let addresses = (1...120).map { "user\($0)@example.com" }
        let fixture = try SMTPFixture(addresses: addresses)
        let run = try fixture.run("2026-11-24T17:00")
        #expect(run.status == 0)
        #expect(fixture.server.accepted.map(\.to) == addresses.map { [$0] })
        #expect(fixture.server.connections.count == 1)
        #expect(fixture.server.verbs[0].last == "QUIT")
    }

    @Test(
        "proxies from the environment are not used for mail", arguments: ["ALL_PROXY", "all_proxy"])
    func proxy(variable: String) throws {
        let fixture = try SMTPFixture()
        let closed = try LoopbackListener.closedPort()
        let run = try fixture.run(
            "2026-11-24T17:00", environment: [variable: "http://127.0.0.1:\(closed)"])
        #expect(run.status == 0)
        #expect(fixture.server.accepted.count == 2)
    }

    /// A process that does not exist when the server gets its script.
    private final class Process: Sendable {
        private let number = Atomic(Int32(0))

        func set(_ process: Int32) { number.store(process, ordering: .relaxed) }

        func hangUp() {
            while number.load(ordering: .relaxed) == 0 { usleep(1_000) }
            kill(number.load(ordering: .relaxed), SIGHUP)
        }
    }

    @Test(
        "closing the terminal while a mail is sent stops no command",
        arguments: [["run", "--now", "2026-11-24T17:05"], ["resend", "1"]])
    func hangUp(_ command: [String]) throws {
        let process = Process()
        let end = SMTPAction.after({ process.hangUp() }, .reply("250 2.0.0 queued as 1"))
        let isResending = command[0] == "resend"
        let friendly = Array(repeating: SMTPAction.reply("250 2.0.0 queued as 1"), count: 2)
        let fixture = try SMTPFixture([.content: (isResending ? friendly : []) + [end]])
        if isResending { _ = try fixture.run("2026-11-24T17:00") }
        let program = try fixture.start(command)
        process.set(program.process)
        #expect(try program.end() == 0)
        #expect(fixture.server.accepted.count == (isResending ? 4 : 2))
        #expect(try fixture.report().state == "sent")
    }
}
