import API
import CivilTime
import DeliveryLog
import Encryption
import JSON
import SQL
import Storage
import TestSupport
import Testing

@testable import Profiles

/// A database with a profile store, and the operations of companies on it.
final class ProfilesFixture {
    static let company = "HXXXXXXX071IN"
    static let start = Instant(seconds: 1_795_000_000)

    let directory: TemporaryDirectory
    let log: AttemptLog
    let store: ProfileStore
    var now = ProfilesFixture.start

    init() throws {
        directory = try TemporaryDirectory()
        log = try AttemptLog(Database(path: directory.path(of: "callbacks.db")))
        store = try ProfileStore(
            log, keyFile: SecretKeyFile(path: directory.path(of: "gateway.key")))
    }

    /// Opens the same file on a second connection.
    func reopened() throws -> ProfileStore {
        let log = try AttemptLog(Database(path: directory.path(of: "callbacks.db")))
        return try ProfileStore(
            log, keyFile: SecretKeyFile(path: directory.path(of: "gateway.key")))
    }

    func operations(
        _ company: String = ProfilesFixture.company, on other: ProfileStore? = nil
    ) -> ProfileResponses {
        ProfileResponses(
            ProfileOperations(other ?? store, company: company, pod: "IN") { host in
                host == "10.0.0.1" ? "it is a private address" : nil
            })
    }

    /// Creates a profile from a valid request, and returns its ID.
    func make(_ request: String, of company: String = ProfilesFixture.company) throws -> String {
        let envelope = try operations(company).create(Array(request.utf8), at: now)
        return try #require(envelope.data.object?["profile_id"]?.string, "\(envelope.json.text())")
    }

    func profile(_ request: String) throws -> Profile {
        try #require(try store.current(make(request), company: Self.company))
    }
}

/// Returns a valid request with these additional members.
func request(_ members: String = "", method: String = "GET") -> String {
    let url = #""url": "https://hooks.example.com/in""#
    let more = members.isEmpty ? "" : ", \(members)"
    return #"{"title": "Orders", "http_method": "\#(method)", \#(url)\#(more)}"#
}

/// Returns a valid POST request with these additional members.
func post(_ members: String) -> String { request(members, method: "POST") }

/// Returns the text of every fault in a request.
func faults(in request: String) throws -> [String] {
    let value = try JSONValue(parsing: request)
    do throws(ProfileFaults) {
        _ = try ProfileSettings(request: value)
        return []
    } catch {
        return error.faults.map(\.description)
    }
}

func settings(_ request: String) throws -> ProfileSettings {
    try ProfileSettings(request: JSONValue(parsing: request))
}

func event(
    _ variables: String = "{}", _ channel: Channel = .general, _ name: String? = nil,
    id: String = "c-1"
) throws -> TriggeredEvent {
    TriggeredEvent(
        company: ProfilesFixture.company, channel: channel, event: name,
        variables: try #require(JSONValue(parsing: variables).object), callbackID: id)
}
