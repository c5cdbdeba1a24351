import API
import CivilTime
import DeliveryLog
import Encryption
import SQL
import Storage
import TestSupport
import Testing

@testable import CallbackDispatch
@testable import Profiles

/// Rows of the gateway's tables that contradict others: `verify` names each of them.
@Suite struct ReferenceTests {
    private let folder: TemporaryDirectory
    private let log: AttemptLog
    private let store: ProfileStore
    private let id: String

    init() throws {
        let now = Instant(seconds: 1_760_000_000)
        folder = try TemporaryDirectory()
        log = try AttemptLog(Database(path: folder.path(of: "callbacks.db")))
        store = try ProfileStore(log, keyFile: SecretKeyFile(path: folder.path(of: "key")))
        let queue = try CallbackQueue(in: log)
        let profiles = ProfileOperations(store, company: "HA", pod: "IN", blockReason: { _ in nil })
        let request = """
            {"title": "Orders", "http_method": "GET", "url": "https://a.example/", "channel": "voice"}
            """
        id = try profiles.create(.text(Array(request.utf8)), at: now).profile.id
        _ = try profiles.update(id, .text(Array(#"{"title": "Shop"}"#.utf8)), at: now)
        let bound = request.replacing(#", "channel": "voice""#, with: "")
        let other = try profiles.create(.text(Array(bound.utf8)), at: now).profile.id
        _ = try profiles.bind("+919876543210", to: other)
        _ = try store.createKey(company: "HA", at: now)
        let triggers = TriggerOperations(queue, store, company: "HA", blockReason: { _ in nil })
        let targets = #"{"callback_profile": ["\#(id)"], "url": ["http://b.example/"]}"#
        let call = """
            {"event": "call_end", "callback_id": "c", "variables": {"a": 1},
             "callback": {"call_end": \(targets)}}
            """
        _ = try triggers.take(Array(call.utf8), at: now)
        try log.database.execute(
            """
            INSERT INTO trials VALUES(1, 'HA', 't', '\(id)', 1, 1760000000000, NULL, 200, 'GET',
                'https://a.example', NULL, 0, 0, 0, 0, 0, NULL, x'')
            """)
    }

    @Test func consistentRowsAreRight() throws {
        #expect(try log.verify().damage == [])
        #expect(try store.verify().isGood)
    }

    @Test(arguments: [
        ("callbacks", "profile = 'IN_other' WHERE part = 1"),
        ("callbacks", "part = 11 WHERE part = 1"), ("callbacks", "part = 2 WHERE part = 1"),
        ("callbacks", "callback_id = '' WHERE part = 1"),
        ("callbacks", "variables = '{' WHERE part = 1"),
        ("callbacks", "variables = '[1]' WHERE part = 1"),
        ("trials", "version = 0"), ("trials", "tls = -1"), ("trials", "finished_at = -1"),
        ("profile_versions", "number = 9 WHERE number = 1 AND profile = 1"),
        ("companies", "sid = ''"), ("profiles", "profile_id = '' WHERE id = 1"),
        ("profiles", "recorded_title_at = -1 WHERE id = 1"),
        ("profiles", "disabled_at = -1 WHERE id = 1"),
        ("api_keys", "hash = x'00'"), ("api_keys", "id = 'abcdefgh'"), ("api_keys", "id = 'ab'"),
        ("whatsapp_numbers", "company = 'HB'"), ("whatsapp_numbers", "number = '91x'"),
    ])
    func contradictionIsFound(table: String, change: String) throws {
        try log.database.execute("UPDATE \(table) SET \(change)")
        let problems = try log.verify().damage
        #expect(problems.count == 1 && problems[0].hasPrefix("\(table), row "), "\(problems)")
    }

    @Test(arguments: ["title = 'Mall'", "method = 'POST'"])
    func columnForSearchingThatDiffersFromTheSettingsIsFound(change: String) throws {
        try log.database.execute("UPDATE callback_profiles SET \(change) WHERE id = '\(id)'")
        let found = try store.verify()
        #expect(found.damaged.isEmpty && found.mislabeled.map(\.id) == [id])
    }
}
