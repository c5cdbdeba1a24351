import API
import CivilTime
import DeliveryLog
import Encryption
import JSON
import Profiles
import SQL
import TestSupport
import Testing

@testable import CallbackDispatch
@testable import Storage

/// An ID that was used before is either a repetition or a conflict. It is never dropped silently.
@Suite struct RepeatedIDTests {
    private let queue: CallbackQueue
    private let store: ProfileStore
    private let directory: TemporaryDirectory
    private let now = Instant(seconds: 1_760_000_000)
    private let invoice: String
    private let order: String

    init() throws {
        directory = try TemporaryDirectory()
        let log = try AttemptLog(Database(path: directory.path(of: "callbacks.db")))
        queue = try CallbackQueue(in: log)
        store = try ProfileStore(log, keyFile: SecretKeyFile(path: directory.path(of: "key")))
        let profiles = ProfileOperations(store, company: "HA", pod: "IN", blockReason: { _ in nil })
        invoice = try Self.profile("invoice", profiles)
        order = try Self.profile("order", profiles)
    }

    private static func profile(_ path: String, _ profiles: ProfileOperations) throws -> String {
        let request = """
            {"title": "Orders", "http_method": "GET", "url": "https://a.example/\(path)"}
            """
        let body = RequestBody.text(Array(request.utf8))
        return try profiles.create(body, at: Instant(seconds: 1_760_000_000)).profile.id
    }

    private var triggers: TriggerOperations {
        TriggerOperations(queue, store, company: "HA", blockReason: { _ in nil })
    }

    private var responses: TriggerResponses { TriggerResponses(triggers) }

    /// Sends triggers. Returns the response's status and callbacks: `202 c-1 c-2(again)`.
    private func send(_ request: String) throws -> String {
        words(try responses.accept(Array(request.utf8), at: now))
    }

    private func words(_ answer: Envelope) -> String {
        let callbacks = (answer.data.object?["callbacks"]?.array ?? []).map { callback in
            let again = callback.object?["duplicate"] == .boolean(true) ? "(again)" : ""
            return (callback.object?["callback_id"]?.string ?? "") + again
        }
        return (["\(answer.status)"] + callbacks).joined(separator: " ")
    }

    private func trigger(_ id: String, _ profile: String, _ more: String = "") -> String {
        #"{"callback_profile": "\#(profile)", "callback_id": "\#(id)"\#(more)}"#
    }

    private func call(_ id: String, _ profiles: [String]) -> String {
        let ids = profiles.map { "\"\($0)\"" }.joined(separator: ", ")
        return """
            {"channel": "voice", "event": "call_end", "callback_id": "\(id)",
             "callback": {"call_end": {"callback_profile": [\(ids)]}}}
            """.replacing("\n", with: "")
    }

    private var waiting: Int { get throws { try queue.counts()[.waiting] ?? 0 } }

    @Test func callersMayUseIDsThatLookDerived() throws {
        #expect(try send(trigger("order-17-1", invoice)) == "202 order-17-1")
        #expect(try send(trigger("order-17", order)) == "202 order-17")
        #expect(try send(trigger("call-2", invoice)) == "202 call-2")
        #expect(try send(call("call", [invoice, order])) == "202 call~1 call~2")
        // This also holds if both are the callbacks that the trigger asks for.
        let more = #", "channel": "voice", "event": "call_end""#
        for (id, profile) in [("two-1", invoice), ("two-2", order)] {
            #expect(try send(trigger(id, profile, more)) == "202 \(id)")
        }
        #expect(try send(call("two", [invoice, order])) == "202 two~1 two~2")
        #expect(try waiting == 9)
    }

    /// Long requests are compared with the queue before the transaction that writes them.
    private func longRequest(_ count: Int = 60) throws -> ValidatedTriggers {
        let lines = (0..<count).map { trigger("c-\($0)", invoice) }
        return try triggers.validate(Array(lines.joined(separator: "\n").utf8), at: now)
    }

    /// Accepts a long request. Returns the IDs of its repetitions, or the places of its conflicts.
    private func accept(_ validated: ValidatedTriggers) throws -> [String] {
        switch try queue.accept(validated, now: now) {
        case .success(let callbacks): callbacks.filter(\.isDuplicate).map(\.callbackID)
        case .failure(let conflicts): conflicts.faults.faults.map { "\($0.path)" }
        }
    }

    @Test func longRequestConflictsWithWhatCameAfterItsValidation() throws {
        #expect(try send(trigger("before", order)) == "202 before")
        let validated = try longRequest()
        #expect(try send(trigger("c-7", order)) == "202 c-7")
        #expect(try accept(validated) == ["body/7/callback_id"])
        #expect(try waiting == 2)
    }

    @Test func longRequestConflictsWithPartsThatCameAfterItsValidation() throws {
        let validated = try longRequest()
        #expect(try send(call("c-7", [invoice, order])) == "202 c-7~1 c-7~2")
        #expect(try accept(validated) == ["body/7/callback_id"])
        #expect(try waiting == 2)
    }

    @Test func longRequestRepeatsWhatCameAfterItsValidation() throws {
        let validated = try longRequest()
        #expect(try send(trigger("c-7", invoice)) == "202 c-7")
        #expect(try accept(validated) == ["c-7"])
        #expect(try accept(longRequest()).count == 60)
        #expect(try waiting == 60)
    }

    /// SQLite gives the number of the last row to the next one after it was deleted.
    @Test func longRequestConflictsWithARowThatReusesANumber() throws {
        #expect(try send(trigger("before", order)) == "202 before")
        let validated = try longRequest()
        try queue.database.execute("DELETE FROM callbacks")
        #expect(try send(trigger("c-7", order)) == "202 c-7")
        #expect(try accept(validated) == ["body/7/callback_id"])
    }

    /// A comparison with thousands of rows would block all other writers for a while.
    @Test func longRequestIsNotComparedAgainInItsTransaction() throws {
        #expect(try accept(longRequest()) == [])
        #expect(try send(trigger("last", order)) == "202 last")
        let validated = try longRequest()
        #expect(try send(trigger("other", order)) == "202 other")
        // Only the comparison before the transaction found it.
        try queue.database.execute("DELETE FROM callbacks WHERE callback_id = 'c-7'")
        #expect(try accept(validated).count == 60)
    }

    @Test("derived IDs are reserved", arguments: ["c~1", "~10", "c~9"])
    func reserved(id: String) throws {
        #expect(try send(trigger(id, order)) == "400")
    }

    @Test(
        "other IDs with a tilde are accepted", arguments: ["c~", "c~0", "c~11", "~1c", "c~01", "9"])
    func notReserved(id: String) throws {
        #expect(try send(trigger(id, order)) == "202 \(id)")
    }

    @Test(
        "different contents are a conflict",
        arguments: ["profile", "event", "variables", "channel"])
    func otherContents(part: String) throws {
        let more = #", "channel": "sms", "event": "SMS-sent", "variables": {"a": 1}"#
        #expect(try send(trigger("c-1", order, more)) == "202 c-1")
        let other =
            switch part {
            case "profile": trigger("c-1", invoice, more)
            case "event": trigger("c-1", order, #", "channel": "default", "event": "SMS-sent""#)
            case "channel": trigger("c-1", order, #", "variables": {"a": 1}"#)
            default: trigger("c-1", order, more.replacing("1}", with: "2}"))
            }
        let answer = try responses.accept(Array(other.utf8), at: now)
        #expect(answer.status == 409 && answer.code == "RBC409")
        #expect(
            answer.message
                == "body/callback_id must NOT belong to an earlier callback with different contents"
        )
        #expect(try send(trigger("c-1", order, more)) == "202 c-1(again)")
        #expect(try waiting == 1)
    }

    @Test func memberOrderAndDefaultsAreSameContents() throws {
        let first = #", "channel": "sms", "event": "SMS-sent", "variables": {"a": 1, "b": {}}"#
        #expect(try send(trigger("c-1", order, first)) == "202 c-1")
        let again = #", "variables": {"b": {}, "a": 1}, "event": null, "channel": "SMS""#
        #expect(try send(trigger("c-1", order, again)) == "202 c-1(again)")
    }

    @Test func invalidRequestIsRejectedBeforeConflictCheck() throws {
        #expect(try send(trigger("c-1", order)) == "202 c-1")
        #expect(try send(trigger("c-1", "nobody")) == "400")
    }

    @Test func differentNumberOfTargetsIsConflict() throws {
        #expect(try send(call("call", [invoice, order])) == "202 call~1 call~2")
        #expect(try send(call("call", [invoice])) == "409")
        #expect(try send(call("call", [invoice, order, order])) == "409")
        #expect(try send(call("call", [order, invoice])) == "409")
        #expect(try send(call("one", [invoice])) == "202 one")
        #expect(try send(call("one", [invoice, order])) == "409")
        #expect(try waiting == 3)
    }

    @Test func conflictsWithinOneRequest() throws {
        let request = "[\(trigger("d", invoice)), \(trigger("e", order)), \(trigger("d", order))]"
        let answer = try responses.accept(Array(request.utf8), at: now)
        #expect(answer.status == 409)
        #expect(answer.message.hasPrefix("body/2/callback_id must NOT"))
        #expect(try waiting == 0)
        let twice = "\(trigger("d", order))\n\(trigger("d", order))"
        #expect(try send(twice) == "202 d d(again)")
        #expect(try send("[\(call("f", [order, order])), \(call("f", [order]))]") == "409")
        #expect(try waiting == 1)
    }

    @Test func conflictsAmongLinesAndWithQueue() throws {
        func take(_ lines: [String]) throws -> [String] {
            var rest = lines[...]
            var ids: [String] = []
            do {
                try triggers.take(
                    lines: { rest.popFirst().map { Array($0.utf8) } }, at: now,
                    taken: { ids.append($0) })
            } catch let conflicts as CallbackConflicts {
                return conflicts.faults.faults.map(\.path.description)
            }
            return ids
        }
        #expect(try take([trigger("a", order), trigger("a", order)]) == ["a", "a"])
        let other = [trigger("b", order), trigger("b", invoice), trigger("c", order)]
        #expect(try take(other) == ["body/1/callback_id"])
        #expect(try take([trigger("b", order), trigger("a", invoice)]) == ["body/1/callback_id"])
        #expect(
            try take([call("d", [order, invoice]), call("d", [order])]) == ["body/0/callback_id"])
        #expect(try waiting == 1)
    }

    @Test func messagesShareIDs() throws {
        let profiles = ProfileOperations(store, company: "HA", pod: "IN", blockReason: { _ in nil })
        _ = try profiles.bind("+919876543210", to: order)
        func message(_ id: String, _ text: String) throws -> String {
            let request = """
                {"wanumber": "919876543210", "body": "\(text)", "callback_id": "\(id)"}
                """
            return words(try responses.acceptMessage(Array(request.utf8), at: now))
        }
        #expect(try message("m", "Hi") == "202 m")
        #expect(try message("m", "Hello") == "409")
        #expect(try send(trigger("m", order)) == "409")
        #expect(try send(trigger("t", order)) == "202 t")
        #expect(try message("t", "Hi") == "409")
        // This also holds after the number was bound to another profile, or to none.
        _ = try profiles.bind("+919876543210", to: invoice)
        #expect(try message("m", "Hi") == "202 m(again)")
        _ = try profiles.unbind("+919876543210")
        #expect(try message("m", "Hi") == "202 m(again)")
        #expect(try waiting == 2)
    }

    @Test func callbacksOfVersion1AreRecognized() throws {
        #expect(try send(call("call", [invoice, order])) == "202 call~1 call~2")
        #expect(try send(trigger("old", order)) == "202 old")
        try queue.database.execute(
            "UPDATE callbacks SET part = NULL, callback_id = replace(callback_id, '~', '-')")
        #expect(try send(call("call", [invoice, order])) == "202 call-1(again) call-2(again)")
        #expect(try send(trigger("old", order)) == "202 old(again)")
        // The caller's own IDs of that form do not conflict.
        #expect(try send(call("call", [order, invoice])) == "202 call~1 call~2")
        #expect(try send(trigger("call", order)) == "409")
    }
}
