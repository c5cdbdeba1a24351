import API
import CivilTime
import Curl
import DeliveryLog
import Encryption
import JSON
import Profiles
import SQL
import Storage
import TestSupport
import Testing

@testable import CallbackDispatch

/// What is sent after a backup was restored into the file that the dispatcher has open.
@Suite struct RestoredFileTests {
    private let directory: TemporaryDirectory
    private let now = Instant(seconds: 1_760_000_000)

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func opened() throws -> ProfileStore {
        let log = try AttemptLog(Database(path: directory.path(of: "callbacks.db")))
        return try ProfileStore(log, keyFile: SecretKeyFile(path: directory.path(of: "key")))
    }

    private func operations(_ store: ProfileStore) -> ProfileResponses {
        ProfileResponses(
            ProfileOperations(store, company: "HA", pod: "IN", blockReason: { _ in nil }))
    }

    private func change(_ id: String, url: String, in store: ProfileStore) throws {
        _ = try operations(store).update(id, Array(#"{"url": "\#(url)"}"#.utf8), at: now)
    }

    @Test func callbacksUseCurrentVersionInFile() throws {
        let sender = try opened()
        let request = #"{"title": "Orders", "http_method": "GET", "url": "https://a.example/"}"#
        let made = try operations(sender).create(Array(request.utf8), at: now)
        let id = try #require(made.data.object?["profile_id"]?.string)
        func sent() throws -> String {
            let callback = NewCallback(
                company: "HA", callbackID: "c-1", target: .profile(id), channel: "default",
                event: nil, variables: "{}")
            guard
                case .ready(let outgoing) = try ProfileRequests(sender).make(
                    callback, at: now, limit: RequestLimits.bytes)
            else { return "nowhere" }
            return "\(outgoing.request.url) \(outgoing.version ?? 0)"
        }
        try directory.sqlite3("callbacks.db", ".backup copy.db")
        try change(id, url: "https://b.example/", in: sender)
        #expect(try sent() == "https://b.example/ 2")
        try directory.sqlite3("callbacks.db", ".restore copy.db")
        try change(id, url: "https://c.example/", in: opened())
        #expect(try sent() == "https://c.example/ 2")
        try directory.sqlite3("callbacks.db", ".restore copy.db")
        #expect(try sent() == "https://a.example/ 1")
    }
}
