import Synchronization
import TestSupport
import Testing

/// The monitoring service that is notified of each run.
@Suite struct HeartbeatTests {
    /// A monitoring service that responds with 200 and records the request lines.
    private final class Monitor: Sendable {
        private let seen: Seen
        private let listener: LoopbackListener

        private final class Seen: Sendable {
            let lines = Mutex<[String]>([])
        }

        init(answer: String = "200 OK") throws {
            let seen = Seen()
            self.seen = seen
            listener = try LoopbackListener { connection in
                let line = connection.readLine().map { String(decoding: $0, as: UTF8.self) }
                while let field = connection.readLine(), !field.isEmpty {}
                seen.lines.withLock { $0.append(line ?? "") }
                connection.write("HTTP/1.1 \(answer)\r\nContent-Length: 0\r\n\r\n")
            }
        }

        var url: String { "http://127.0.0.1:\(listener.port)/ping?key=1" }
        var requests: [String] { seen.lines.withLock { $0 } }
    }

    private func fixture(_ url: String, companies: String = CommandFixture.company) throws
        -> CommandFixture
    {
        try CommandFixture(
            CommandFixture.configuration
                .replacing("\"mail\"", with: "\"heartbeat\": \"\(url)\", \"mail\"")
                .replacing(CommandFixture.company, with: companies))
    }

    @Test func isNotifiedOfASuccessfulRun() throws {
        let monitor = try Monitor()
        let run = try fixture(monitor.url).run("run", "--now", "2026-11-24T12:00")
        #expect(run.status == 0)
        #expect(monitor.requests == ["GET /ping?key=1 HTTP/1.1"])
    }

    @Test func isNotifiedOfAFailedRun() throws {
        let monitor = try Monitor()
        let companies = CommandFixture.company + "," + CommandFixture.mistakenCompany
        let run = try fixture(monitor.url, companies: companies).run("run", "--now", "2026-11-24")
        #expect(run.status == 78)
        #expect(monitor.requests == ["GET /ping/fail?key=1 HTTP/1.1"])
    }

    @Test func isNotifiedOfAnInvalidDatabase() throws {
        let monitor = try Monitor()
        let fixture = try fixture(monitor.url)
        try fixture.directory.write(
            String(repeating: "no database ", count: 20), to: "callbacks.db")
        #expect(try fixture.run("run", "--now", "2026-11-24").status == 74)
        #expect(monitor.requests == ["GET /ping/fail?key=1 HTTP/1.1"])
    }

    @Test func isNotNotifiedOfADryRun() throws {
        let monitor = try Monitor()
        #expect(try fixture(monitor.url).run("run", "--dry-run", "--now", "2026-11-24").status == 0)
        #expect(monitor.requests == [])
    }

    @Test func anErrorResponseDoesNotChangeTheStatus() throws {
        let monitor = try Monitor(answer: "404 Not Found")
        let run = try fixture(monitor.url).run("run", "--now", "2026-11-24")
        #expect(run.status == 0)
        #expect(run.errors == "heartbeat: the monitor returned HTTP status 404\n")
    }
}
