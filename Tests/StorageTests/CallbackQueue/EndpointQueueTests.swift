import CivilTime
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// The endpoint queues of accepted callbacks.
@Suite struct EndpointQueueTests {
    private let directory: TemporaryDirectory
    private let queue: CallbackQueue
    private let now = Instant(seconds: 1_760_000_000)

    init() throws {
        directory = try TemporaryDirectory()
        queue = try CallbackQueue(Database(path: directory.path(of: "callbacks.db")))
    }

    private func callback(_ id: Int, to target: CallbackTarget) -> NewCallback {
        NewCallback(
            company: "HA", callbackID: "c-\(id)", target: target, channel: "voice",
            event: "call_end", variables: "{}")
    }

    private func hosts(_ count: Int) -> [NewCallback] {
        (0..<count).map { callback($0, to: .url("http://h\($0 % 450).example/path")) }
    }

    private func number(_ condition: String) throws -> Int64 {
        try queue.database.integer("SELECT count(*) FROM lanes WHERE \(condition)")
    }

    @Test func preparedQueuesAreDueOnceTheirCallbacksAreAccepted() throws {
        let callbacks = hosts(900)
        try queue.prepareEndpoints(for: callbacks, now: now)
        #expect(try number("next_due IS NULL") == 450)
        #expect(try queue.nextWork(now: now, owner: 1) == nil)
        _ = try queue.accept(callbacks, now: now)
        #expect(try number("next_due = \(now.milliseconds)") == 450)
        try queue.prepareEndpoints(for: callbacks, now: now.advanced(seconds: 1))
        #expect(try number("next_due = \(now.milliseconds)") == 450)
        #expect(try number("true") == 450)
    }

    @Test func preparedQueuesWithoutCallbacksAreDeletedLater() throws {
        try queue.prepareEndpoints(for: hosts(10), now: now)
        try queue.prune(before: now)
        #expect(try number("true") == 10)
        try queue.prune(before: now.advanced(seconds: 1))
        #expect(try number("true") == 0)
    }

    /// Canonically equivalent names are different names.
    @Test func namesThatOnlyLookTheSameHaveTheirOwnQueues() throws {
        let names = ["e\u{301}", "\u{E9}", "K", "\u{212A}"]
        let callbacks = names.enumerated().map { callback($0, to: .profile($1)) }
        _ = try queue.accept(callbacks, now: now)
        #expect(try number("true") == 4)
        let found = try queue.database.rows(
            "SELECT name, profile FROM callbacks JOIN lanes ON lanes.id = lane", []
        ) { ($0.text(0), $0.text(1)) }
        #expect(found.allSatisfy { $0.utf8.elementsEqual($1.utf8) })
    }
}
