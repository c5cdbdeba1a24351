import CivilTime
import Encryption
import SQL
import Storage
import TestSupport
import Testing

@testable import CallbackDispatch
@testable import Profiles

/// Which requests are built by the threads for short ones.
@Suite struct LongRequestTests {
    private let folder: TemporaryDirectory
    private let store: ProfileStore
    private let now = Instant(seconds: 1_760_000_000)

    init() throws {
        folder = try TemporaryDirectory()
        let log = try AttemptLog(Database(path: folder.path(of: "callbacks.db")))
        store = try ProfileStore(log, keyFile: SecretKeyFile(path: folder.path(of: "key")))
        store.cacheLargeProfiles()
    }

    private func profile(_ body: String) throws -> String {
        let profiles = ProfileOperations(store, company: "HA", pod: "IN", blockReason: { _ in nil })
        let request = """
            {"title": "Orders", "http_method": "POST", "url": "https://a.example/",
             "body": {"a": "\(body)"}}
            """
        return try profiles.create(.text(Array(request.utf8)), at: now).profile.id
    }

    private func isLong(
        _ profile: String, _ limit: Int, variables: String = "{}"
    ) throws -> Bool {
        let callback = NewCallback(
            company: "HA", callbackID: "c", target: .profile(profile), channel: "default",
            event: nil, variables: variables)
        let made = try ProfileRequests(store).make(callback, at: now, limit: limit)
        if case .exceedsLimit = made { return true }
        if case .ready = made { return false }
        Issue.record("\(made)")
        return false
    }

    /// Nearly all requests. The output of the others can be short as well.
    @Test func smallProfilesAndVariablesMakeShortRequests() throws {
        let (short, long) = (BuildLimits.short, RequestLimits.bytes)
        let small = try profile("<id>")
        #expect(try !isLong(small, short))
        let variables = #"{"other": "\#(String(repeating: "x", count: 20_000))"}"#
        #expect(try isLong(small, short, variables: variables))
        #expect(try !isLong(small, long, variables: variables))
        let large = try profile(String(repeating: "<id>", count: 20_000))
        // It is cached after the second one.
        for _ in 1...2 { #expect(try isLong(large, short) && !isLong(large, long)) }
        #expect(try isLong(large, short))
    }
}
