import Glibc
import Synchronization
import TestSupport
import Testing

/// SIGTERM ends the program in time, even if it is waiting for something.
///
/// The limits allow for a busy machine.
@Suite struct StoppingTests {
    /// Accepts and counts requests, and never responds.
    private final class Silence: Sendable {
        let listener: LoopbackListener
        private let connections: Connections

        private final class Connections: Sendable {
            let count = Atomic(0)
        }

        init() throws {
            let connections = Connections()
            self.connections = connections
            listener = try LoopbackListener { connection in
                connections.count.add(1, ordering: .relaxed)
                connection.waitForEnd()
            }
        }

        var origin: String { "http://127.0.0.1:\(listener.port)/" }
        var count: Int { connections.count.load(ordering: .relaxed) }
    }

    @Test func hangingTestsDoNotPreventStopping() throws {
        let (fixture, silence) = (try ServingFixture(), try Silence())
        let id = try fixture.profile(silence.origin)
        let answers = (1...20).map { _ in
            OwnThread { try fixture.call("POST", "/callback/profiles/\(id)/test", "{}").status }
        }
        // Four of them run at once.
        while silence.count < 4 { usleep(1000) }
        #expect(try fixture.stop() == 0)
        #expect(try answers.map { try $0.value() }.allSatisfy { $0 == 503 })
    }

    @Test func anUnreadLogDoesNotPreventStopping() throws {
        let fixture = try ServingFixture(
            through: #"mkfifo log; exec 3<>log; exec "$0" "$@" >log"#)
        for _ in 1...40 {
            let client = try fixture.client()
            for _ in 1...20 {
                let path = "/v1/x/" + String(repeating: "y", count: 250)
                #expect(client.request("GET", path)?.status == 404)
            }
        }
        #expect(try fixture.stop() == 0)
    }

    /// No endpoint responds, and no result can be written.
    @Test func callbacksInFlightAndALockedDatabaseDoNotPreventStopping() throws {
        let (fixture, silence) = (try ServingFixture(), try Silence())
        let id = try fixture.profile(silence.origin)
        #expect(
            try fixture.call("POST", "/callback/events", #"{"callback_profile": "\#(id)"}"#).status
                == 202)
        while silence.count == 0 { usleep(1000) }
        let other = try RunningProgram(
            program: "/usr/bin/python3",
            [
                "-c",
                """
                import signal, sqlite3, sys
                sqlite3.connect("callbacks.db", isolation_level=None).execute("begin immediate")
                print("held", file=sys.stderr, flush=True)
                signal.pause()
                """,
            ], in: fixture.directory)
        #expect(other.wait { $0.contains("held") ? true : nil } == true)
        #expect(try fixture.stop() == 75)
        #expect(fixture.program.errors.contains("will be sent again"))
    }

    /// 256 open files, 300 connections without a key, and a callback that is still sent.
    @Test func idleConnectionsDoNotPreventSending() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try ServingFixture(through: #"ulimit -n 256; exec "$0" "$@""#)
        let id = try fixture.profile(receiver.origin)
        let start = ContinuousClock.now
        let idle = try (1...300).map { _ in try fixture.client() }
        let sent = try fixture.sendFromCommand(id)
        while receiver.requests.isEmpty, fixture.program.isRunning { usleep(1000) }
        #expect(receiver.requests.map(\.callbackID) == [sent])
        #expect(idle.count == 300)
        // After 30 seconds the gateway closes idle connections, and has free files in any case.
        #expect(ContinuousClock.now - start < .seconds(28))
    }

    /// An attempt without a connection is not counted.
    @Test func noAttemptIsLostWithoutFreeFiles() throws {
        let receiver = try ScriptedHTTPReceiver { _ in .after(milliseconds: 50, .ok) }
        let fixture = try SendingFixture()
        let profiles = try (1...8).map { _ in try fixture.profile(receiver.origin) }
        let triggers = (0..<64).map { #"{"callback_profile": "\#(profiles[$0 % 8])"}"# }
        try fixture.run("send", "--company", "HA", input: triggers.joined(separator: "\n"))
        let run = try ProgramRun.of(
            program: "/bin/sh",
            [
                "-c", "ulimit -n 24; exec \"$0\" dispatch --once",
                ProgramRun.path(of: "callback-gateway"),
            ], in: fixture.directory)
        #expect(run == prints("64 delivered\n"))
    }

    @Test func closingTheTerminalFinishesAttemptsInFlight() throws {
        let gate = Gate()
        let receiver = try LoopbackListener { connection in
            while let line = connection.readLine(), !line.isEmpty {}
            gate.arrive()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        let fixture = try SendingFixture()
        try fixture.send(try fixture.profile("http://127.0.0.1:\(receiver.port)/"), id: "c-1")
        let program = try RunningProgram(
            "callback-gateway", ["dispatch", "--once"], in: fixture.directory)
        gate.wait()
        program.signal(SIGHUP)
        gate.release()
        #expect(try program.end() == 0)
        #expect(program.output == "1 delivered\n")
    }

    /// Holds back a response until the test releases it.
    private final class Gate: Sendable {
        private let hasArrived = Atomic(false)
        private let isOpen = Atomic(false)

        func arrive() {
            hasArrived.store(true, ordering: .releasing)
            while !isOpen.load(ordering: .acquiring) { usleep(1_000) }
        }

        func wait() { while !hasArrived.load(ordering: .acquiring) { usleep(1_000) } }

        func release() { isOpen.store(true, ordering: .releasing) }
    }
}
