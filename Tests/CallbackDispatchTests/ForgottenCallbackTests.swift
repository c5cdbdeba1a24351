import API
import CivilTime
import DeliveryLog
import Encryption
import JSON
import SQL
import Storage
import StorageErrors
import TestSupport
import Testing

@testable import CallbackDispatch
@testable import Profiles

/// IDs that are in the log but no longer in the queue. It is unknown whether a trigger with such an
/// ID is a repetition, so it is rejected.
@Suite struct ForgottenCallbackTests {
    private let log: AttemptLog
    private let queue: CallbackQueue
    private let store: ProfileStore
    private let directory: TemporaryDirectory
    private let now = Instant(seconds: 1_760_000_000)
    private let profile: String

    init() throws {
        directory = try TemporaryDirectory()
        log = try AttemptLog(Database(path: directory.path(of: "callbacks.db")))
        queue = try CallbackQueue(in: log)
        store = try ProfileStore(log, keyFile: SecretKeyFile(path: directory.path(of: "key")))
        let profiles = ProfileOperations(store, company: "HA", pod: "IN", blockReason: { _ in nil })
        let request = """
            {"title": "Orders", "http_method": "GET", "url": "https://a.example/in"}
            """
        _ = try profiles.create(.text(Array(request.utf8)), at: now)
        profile = try #require(
            try log.database.row("SELECT id FROM callback_profiles") { $0.text(0) })
    }

    private var triggers: TriggerOperations {
        TriggerOperations(queue, store, company: "HA", blockReason: { _ in nil })
    }

    private var responses: TriggerResponses { TriggerResponses(triggers) }

    private func record(_ ids: String..., company: String = "HA") throws {
        try log.write { (writer) throws(StorageError) in
            for id in ids {
                _ = try writer.record(
                    Attempt(
                        company: company, callbackID: id, finishedAt: now, outcome: .delivered))
            }
        }
    }

    private func trigger(_ id: String) -> String {
        #"{"callback_profile": "\#(profile)", "callback_id": "\#(id)"}"#
    }

    private func call(_ id: String) -> String {
        """
        {"channel": "voice", "event": "call_end", "callback_id": "\(id)",
         "callback": {"call_end": {"callback_profile": ["\(profile)", "\(profile)"]}}}
        """.replacing("\n", with: "")
    }

    /// What is wrong with a request; empty when it was taken.
    private func faults(_ request: String) throws -> [String] {
        do {
            _ = try triggers.take(Array(request.utf8), at: now)
            return []
        } catch let conflicts as CallbackConflicts {
            return conflicts.faults.faults.map(\.path.description)
        }
    }

    private var waiting: Int { get throws { try queue.counts()[.waiting] ?? 0 } }

    @Test func anIdOfWhichOnlyAttemptsAreLeftIsRefused() throws {
        #expect(try faults(trigger("c-1")) == [])
        try record("c-1")
        // While the queue has it, it is the same callback.
        #expect(try faults(trigger("c-1")) == [])
        try log.database.execute(
            "UPDATE callbacks SET state = 2, finished_at = ?", [.integer(now.milliseconds)])
        #expect(try queue.prune(before: now.advanced(seconds: 1)).callbacks == 1)
        let answer = try responses.accept(Array(trigger("c-1").utf8), at: now)
        #expect(answer.status == 409 && answer.code == "RBC409")
        #expect(
            answer.message
                == "body/callback_id must NOT belong to an earlier callback whose contents are no "
                + "longer kept")
        #expect(try waiting == 0)
        // The log forgets it as well.
        try log.prune(before: now.advanced(seconds: 2 * 86_400))
        #expect(try faults(trigger("c-1")) == [])
        #expect(try waiting == 1)
    }

    @Test func soIsOneThatOnlyRecordsOfOthersHave() throws {
        try record("i-1", "call~2")
        try record("i-2", company: "HB")
        #expect(try faults(trigger("i-1")) == ["body/callback_id"])
        #expect(try faults(call("call")) == ["body/callback_id"])
        #expect(try faults(trigger("i-2")) == [])
        #expect(try waiting == 1)
    }

    @Test func theyAreNamedByTheirPlaces() throws {
        try record("c7", "c1300", "c2499")
        let all = (0..<2500).map { trigger("c\($0)") }
        let places = ["body/7/callback_id", "body/1300/callback_id", "body/2499/callback_id"]
        #expect(try faults("[\(all.joined(separator: ", "))]") == places)
        var lines = all[...]
        do {
            try triggers.take(
                lines: { lines.popFirst().map { Array($0.utf8) } }, at: now, taken: { _ in })
            Issue.record("nothing was refused")
        } catch let conflicts as CallbackConflicts {
            #expect(conflicts.faults.faults.map(\.path.description) == places)
        }
        #expect(try waiting == 0)
    }

    @Test func messagesAsWell() throws {
        try record("m")
        let profiles = ProfileOperations(store, company: "HA", pod: "IN", blockReason: { _ in nil })
        _ = try profiles.bind("+919876543210", to: profile)
        let request = #"{"wanumber": "919876543210", "body": "Hi", "callback_id": "m"}"#
        #expect(try responses.acceptMessage(Array(request.utf8), at: now).status == 409)
        #expect(try waiting == 0)
    }

    @Test func idsThatTheGatewayMakesAreNotLookedUp() throws {
        try log.database.execute("DELETE FROM index_key")
        let request = #"{"callback_profile": "\#(profile)"}"#
        #expect(try faults(request) == [])
        #expect(throws: StorageError.self) { try faults(trigger("c-1")) }
    }
}
