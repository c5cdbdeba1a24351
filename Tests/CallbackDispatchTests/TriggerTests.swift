import API
import CivilTime
import DeliveryLog
import Encryption
import JSON
import Profiles
import SQL
import Storage
import TestSupport
import Testing

@testable import CallbackDispatch

/// The responses to triggers, and the callbacks that they queue.
@Suite struct TriggerTests {
    private let queue: CallbackQueue
    private let store: ProfileStore
    private let directory: TemporaryDirectory
    private let now = Instant(seconds: 1_760_000_000)

    init() throws {
        directory = try TemporaryDirectory()
        let log = try AttemptLog(Database(path: directory.path(of: "callbacks.db")))
        queue = try CallbackQueue(in: log)
        store = try ProfileStore(log, keyFile: SecretKeyFile(path: directory.path(of: "key")))
    }

    private var triggers: TriggerOperations {
        TriggerOperations(queue, store, company: "HA", blockReason: { _ in nil })
    }

    private var responses: TriggerResponses { TriggerResponses(triggers) }

    private func profile(channel: String = "whatsapp") throws -> String {
        let operations = ProfileOperations(
            store, company: "HA", pod: "IN", blockReason: { _ in nil })
        let request = """
            {"title": "Orders", "http_method": "GET", "url": "https://a.example/",
             "channel": "\(channel)"}
            """
        return try operations.create(.text(Array(request.utf8)), at: now).profile.id
    }

    private func accept(_ request: String) throws -> Envelope {
        try responses.accept(Array(request.utf8), at: now)
    }

    @Test func generatedIDsAreOrderedByTime() throws {
        let request = #"{"callback_profile": "\#(try profile())", "event": "message-status"}"#
        let ids = try (0..<Int64(20)).map { milliseconds in
            let time = now.advanced(milliseconds: milliseconds)
            let data = try responses.accept(Array(request.utf8), at: time).data.object
            return try #require(data?["callbacks"]?.array?.first?.object?["callback_id"]?.string)
        }
        #expect(ids == ids.sorted() && Set(ids).count == 20)
    }

    /// Inserting them keeps other companies from writing.
    @Test func callbacksOfARequestHaveALimit() throws {
        let triggers = TriggerOperations(
            queue, store, company: "HA", callbackLimit: 4, blockReason: { _ in nil })
        func line(_ targets: Int) -> String {
            let urls = (1...targets).map { "\"https://h\($0).example/\"" }.joined(separator: ",")
            return #"{"event": "call_end", "callback": {"call_end": {"url": [\#(urls)]}}}"#
        }
        func count(_ targets: [Int]) throws -> Int {
            let lines = targets.map { line($0) }.joined(separator: "\n")
            return try triggers.validate(Array(lines.utf8), at: now).callbacks.count
        }
        #expect(try count([3, 1]) == 4 && count([1, 1, 1, 1]) == 4)
        for targets in [[5], [3, 2], [1, 1, 1, 1, 1]] {
            let error = #expect(throws: ProfileFaults.self) { try count(targets) }
            #expect(
                error?.faults.map(\.description) == [
                    "body must NOT create more than 4 callbacks in total; "
                        + "split it into several requests"
                ])
        }
    }

    /// Reading all profiles of a company for one request could take seconds.
    @Test func profilesOfARequestHaveALimit() throws {
        let ids = try (0..<3).map { _ in try profile() }
        let size = try #require(try store.outline(ids[0], company: "HA")).size
        func faults(_ ids: [String], limit: Int) throws -> [String] {
            let triggers = TriggerOperations(
                queue, store, company: "HA", profileLimit: limit, blockReason: { _ in nil })
            let lines = ids.map { #"{"callback_profile": "\#($0)", "event": "message-status"}"# }
            do {
                _ = try triggers.validate(Array(lines.joined(separator: "\n").utf8), at: now)
                return []
            } catch let error as ProfileFaults {
                return error.faults.map(\.description)
            }
        }
        #expect(try faults(ids + ids, limit: 3 * size) == [])
        // A profile counts once.
        #expect(try faults([ids[0], ids[1], ids[0]], limit: 2 * size) == [])
        let words =
            "must NOT name another profile: the settings of the profiles in one request would "
            + "have more than \(2 * size) bytes; send it in a request of its own"
        #expect(
            try faults(ids + [ids[0], ids[2]], limit: 2 * size) == [
                "body/2/callback_profile \(words)", "body/4/callback_profile \(words)",
            ])
        // The targets of one call count as well.
        let calls = try (0..<2).map { _ in "\"\(try profile(channel: "voice"))\"" }
        let targets = #"{"callback_profile": [\#(calls.joined(separator: ","))]}"#
        let call = #"{"event": "call_end", "callback": {"call_end": \#(targets)}}"#
        let triggers = TriggerOperations(
            queue, store, company: "HA", profileLimit: size, blockReason: { _ in nil })
        #expect(throws: ProfileFaults.self) { try triggers.validate(Array(call.utf8), at: now) }
        #expect(throws: Never.self) { try self.triggers.validate(Array(call.utf8), at: now) }
    }

    /// The callbacks in a response, with duplicates marked: `c-1`, `c-2 again`.
    private func named(_ answer: Envelope) -> [String] {
        (answer.data.object?["callbacks"]?.array ?? []).map { callback in
            let id = callback.object?["callback_id"]?.string ?? ""
            return callback.object?["duplicate"] == .boolean(true) ? "\(id) again" : id
        }
    }

    @Test func repeatedTriggerGetsSameResponse() throws {
        let profile = try profile()
        let request = """
            {"callback_profile": "\(profile)", "event": "message-status", "callback_id": "c-1",
             "variables": {"a": 1.50}}
            """
        let first = try accept(request)
        #expect(first.status == 202)
        #expect(first.code == "RBC024")
        #expect(
            first.data
                == .object([
                    "callbacks": .array([
                        .object([
                            "callback_id": "c-1", "callback_profile": .string(profile),
                            "channel": "whatsapp", "event": "message-status",
                        ])
                    ])
                ]))
        let again = Envelope(
            success: first.message,
            .object([
                "callbacks": .array([
                    .object([
                        "callback_id": "c-1", "callback_profile": .string(profile),
                        "channel": "whatsapp", "event": "message-status",
                        "duplicate": .boolean(true),
                    ])
                ])
            ]), status: 202)
        #expect(try accept(request) == again)
        // This also holds after the profile was deleted.
        _ = try ProfileOperations(store, company: "HA", pod: "IN", blockReason: { _ in nil })
            .delete(profile)
        #expect(try accept(request) == again)
        let entry = try #require(try queue.entry("c-1", company: "HA"))
        #expect(entry.callback.variables == #"{"a":1.50}"#)
    }

    @Test func repeatedCallGetsSameResponse() throws {
        let request = """
            {"event": "call_end", "callback_id": "call",
             "callback": {"call_end": {"url": ["https://a.example/", "https://b.example/"]}}}
            """
        #expect(try named(accept(request)) == ["call~1", "call~2"])
        #expect(try named(accept(request)) == ["call~1 again", "call~2 again"])
        #expect(try queue.counts() == [.waiting: 2])
    }

    @Test func callEventWithoutTargetIsAccepted() throws {
        let answer = try accept(
            #"{"event": "call_start", "callback": {"call_end": {"url": ["https://a.example/"]}}}"#)
        #expect(answer.status == 202)
        #expect(try queue.counts() == [:])
    }

    @Test func oneInvalidTriggerRejectsAll() throws {
        let profile = try profile(channel: "sms")
        let answer = try accept(
            """
            {"callback_profile": "\(profile)"}
            {"callback_profile": "none"}
            """)
        #expect(answer.status == 400)
        #expect(try queue.counts() == [:])
    }

    /// JavaScript writes both when it cuts a text inside an emoji. In the log, both IDs would be one.
    @Test(arguments: [#"c\ud83d"#, #"c\ude00"#, "c\u{FFFD}"])
    func replacedCharacterInIDIsRejected(id: String) throws {
        let profile = try profile()
        let trigger = { (id: String) in
            #"{"callback_profile":"\#(profile)","event":"message-status","callback_id":"\#(id)","#
                + #""variables":{"a":"\ud83d"}}"#
        }
        let answer = try accept(trigger(id))
        #expect(
            answer.status == 400 && "\(answer)".contains("contain U+FFFD"), "\(answer)")
        #expect(try accept(trigger(#"c\ud83d\ude00"#)).status == 202)
    }

    /// The header `Callback-Id` cannot contain these characters.
    @Test(arguments: [#"a\nb"#, #"a\u0000"#, #"a\u007f"#, #"a\u2028"#, " a", "a ", "a~1 "])
    func idThatIsNoHeaderIsRejected(id: String) throws {
        let request =
            #"{"callback_profile":"\#(try profile())","event":"message-status","callback_id":"\#(id)","#
            + #""variables":{"a":"b"}}"#
        let answer = try accept(request)
        #expect(
            answer.status == 400 && "\(answer)".contains("contain control characters"), "\(answer)")
    }

    @Test("invalid JSON is reported", arguments: ["", "{", "[1,]", "{}{}"])
    func notJSON(request: String) throws {
        let answer = try accept(request)
        #expect(answer.status == 400)
        #expect(answer.message.hasPrefix("body must be JSON: "))
    }

    @Test func messageGoesToProfileOfItsNumber() throws {
        let profile = try profile()
        let operations = ProfileOperations(
            store, company: "HA", pod: "IN", blockReason: { _ in nil })
        _ = try operations.bind("+919876543210", to: profile)
        let message = #"{"wanumber": "919876543210", "body": "Hi", "callback_id": "m-1"}"#
        #expect(try responses.acceptMessage(Array(message.utf8), at: now).status == 202)
        let entry = try #require(try queue.entry("m-1", company: "HA"))
        #expect(entry.callback.target == .profile(profile))
        #expect(entry.callback.event == "incoming-message")
        let other = #"{"wanumber": "4930123456", "body": "Hi"}"#
        #expect(try responses.acceptMessage(Array(other.utf8), at: now).status == 404)
        #expect(try responses.acceptMessage(Array("{}".utf8), at: now).status == 400)
    }
}
