import API
import CallbackDispatch
import CivilTime
import Curl
import DeliveryLog
import Encryption
import Glibc
import HTTPServer
import JSON
import Profiles
import SQL
import Settings
import Storage
import StorageErrors
import Synchronization
import TestSupport
import Testing

@testable import WebUI

/// The pages and the API with their own database, two companies and a clock that does not advance.
final class WebUIFixture: Sendable {
    static let own = "HXXXXXXX071IN"
    static let other = "HXXXXXXX072DE"

    let directory: TemporaryDirectory
    let api: GatewayAPI
    let site: WebApplication
    let now = Mutex(Instant(seconds: 1_800_000_000))
    let told = Mutex<[String]>([])
    let configuration = Mutex(WebUIFixture.usualConfiguration)
    let key: String
    let otherKey: String

    static let usualConfiguration = """
        {"companies": [{"sid": "HXXXXXXX071IN", "name": "Monsoon Travel",
          "timeZone": "Asia/Kolkata", "callbackReport": {
            "daily": {"emailAddresses": "ops@example.com, Care <care@example.com>"},
            "weekly": {"emailAddresses": "lead@example.com", "enabled": false}}}]}
        """

    init() throws {
        let directory = try TemporaryDirectory()
        self.directory = directory
        let instant = Instant(seconds: 1_800_000_000)
        let stores = try Self.stores(in: directory)
        key = try stores.profiles.createKey(company: Self.own, at: instant).text
        otherKey = try stores.profiles.createKey(company: Self.other, at: instant).text
        let box = Box()
        let clock: @Sendable () -> Instant = { box.fixture?.now.withLock { $0 } ?? instant }
        let logError: @Sendable (String) -> Void = { words in
            box.fixture?.told.withLock { $0.append(words) }
        }
        api = GatewayAPI(
            APIOptions(
                open: { try Self.stores(in: directory) }, pod: "IN",
                http: HTTPOptions(limits: .ofCallbacks, userAgent: "test") { _ in true },
                hosts: HostRules(
                    checkText: {
                        $0 == "10.0.0.1" ? .blocked("it is a private address") : .allowed
                    },
                    lookUp: { _ in { $0 == "10.0.0.1" ? "it is a private address" : nil } }),
                clock: clock, logError: logError))
        site = WebApplication(
            api,
            WebApplicationOptions(
                configuration: {
                    let text = box.fixture?.configuration.withLock { $0 } ?? ""
                    return try Configuration(
                        reading: ConfigurationFile(name: "c", path: "/c", text: text),
                        zones: ZoneDatabase(environment: [:]))
                }, tzVersion: "2026a", logError: logError))
        box.set(self)
    }

    /// Gives the closures access to the fixture, which is created after them.
    private final class Box: @unchecked Sendable {
        private(set) weak var fixture: WebUIFixture?
        func set(_ fixture: WebUIFixture) { self.fixture = fixture }
    }

    static func stores(in directory: TemporaryDirectory) throws -> Stores {
        let log = try AttemptLog(Database(path: directory.path(of: "callbacks.db")))
        let keyFile = SecretKeyFile(path: directory.path(of: "key"))
        return Stores(
            try ProfileStore(log, keyFile: keyFile), try CallbackQueue(in: log), log)
    }

    func stores() throws -> Stores { try Self.stores(in: directory) }

    func advance(seconds: Int64) {
        now.withLock { $0 = $0.advanced(seconds: seconds) }
    }

    // MARK: Requests

    /// Sends a request and returns the response.
    func ask(
        _ method: String, _ target: String, _ body: String = "", cookie: String = "",
        headers: [(name: String, value: String)] = [], peer: String = "192.0.2.7"
    ) -> Response {
        let cookies = cookie.isEmpty ? [] : [(name: "Cookie", value: cookie)]
        let head = RequestHead(
            method: method, target: target, headers: cookies + headers, peer: peer)
        switch site.receive(head) ?? api.receive(head) {
        case .answer(let answer): return answer
        case .body(_, let work):
            let answer = Mutex<Response?>(nil)
            work(Array(body.utf8), ResponseWriter { given in answer.withLock { $0 = given } })
            while true {
                if let answer = answer.withLock({ $0 }) { return answer }
                usleep(1000)
            }
        }
    }

    /// Creates a profile and returns its ID.
    func profile(_ more: String = "", company: String = WebUIFixture.own) throws -> String {
        let body = """
            {\(more) "title": "Orders", "http_method": "POST",
             "url": "https://93.184.215.14/in", "body": {"to": "<mobile>"}}
            """
        return try make(body, company: company)
    }

    func make(_ body: String, company: String = WebUIFixture.own) throws -> String {
        let profiles = ProfileOperations(
            try stores().profiles, company: company, pod: "IN", blockReason: { _ in nil })
        return try profiles.create(.text(Array(body.utf8)), at: now.withLock { $0 }).profile.id
    }

    /// Accepts a callback, like a trigger of the API.
    func trigger(_ profile: String, _ callback: String, company: String = WebUIFixture.own) throws {
        let stores = try stores()
        let operations = TriggerOperations(
            stores.queue, stores.profiles, company: company, blockReason: { _ in nil })
        let body = #"{"callback_profile": "\#(profile)", "callback_id": "\#(callback)"}"#
        _ = try operations.take(Array(body.utf8), at: now.withLock { $0 })
    }

    /// Sends the due callbacks.
    func dispatch(_ stores: Stores) throws {
        let now = now.withLock { $0 }
        try Dispatcher(
            Self.dispatching(stores),
            writing: { [directory] in Self.dispatching(try Self.stores(in: directory)) },
            options: HTTPOptions(limits: .ofCallbacks, userAgent: "test") { _ in true },
            clock: { now }
        ).sendDueCallbacks()
    }

    private static func dispatching(_ stores: Stores) -> DispatchStore {
        DispatchStore(stores.queue, stores.log, ProfileRequests(stores.profiles))
    }

    func record(_ attempts: [Attempt]) throws {
        let log = try stores().log
        try log.write { writer throws(StorageError) in _ = try writer.record(attempts) }
    }
}

/// A user with a browser.
struct Visitor {
    let fixture: WebUIFixture
    var cookie = ""

    /// Signs in with a key.
    init(_ fixture: WebUIFixture, key: String? = nil) throws {
        self.fixture = fixture
        let answer = Self.signIn(fixture, key ?? fixture.key)
        cookie = try #require(answer.cookie("callback-session"), "\(answer.text)")
    }

    static func signIn(
        _ fixture: WebUIFixture, _ key: String, more: [(String, String)] = [],
        headers: [(name: String, value: String)] = [], peer: String = "192.0.2.7"
    ) -> Response {
        let page = fixture.ask("GET", "/sign-in", headers: headers, peer: peer)
        let cookie = page.cookie("callback-visitor") ?? page.cookie("__Host-callback-visitor") ?? ""
        return fixture.ask(
            "POST", "/sign-in", form([("key", key), ("token", page.token)] + more), cookie: cookie,
            headers: headers, peer: peer)
    }

    func get(_ target: String) -> Response { fixture.ask("GET", target, cookie: cookie) }

    /// Submits a form with the token of this user.
    func post(_ target: String, _ fields: [(String, String)] = []) -> Response {
        fixture.ask("POST", target, Self.form(fields + [("token", token)]), cookie: cookie)
    }

    var token: String { self.get("/profiles").token }

    static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\($0.0)=\(encoded($0.1))" }.joined(separator: "&")
    }

    /// Encodes everything except letters and digits, like browsers.
    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = byte < 0x80 && Character(Unicode.Scalar(byte)).isLetter
            return isPlain
                ? String(Unicode.Scalar(byte))
                : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }

    /// The fields of the form for a new profile.
    static let profile = [
        ("channel", "sms"), ("title", "Orders"), ("http_method", "POST"),
        ("url", "https://93.184.215.14/in"), ("body_type", "json"),
        ("body", "{\"to\": \"<mobile>\"}"), ("event", "SMS-sent"), ("action", "save"),
    ]

    /// The fields with some other values.
    static func profile(_ changes: [(String, String)]) -> [(String, String)] {
        let names = Set(changes.map(\.0))
        return profile.filter { !names.contains($0.0) } + changes
    }
}

extension Response {
    var text: String { String(decoding: body, as: UTF8.self) }

    /// Returns a cookie that the response sets, as a browser would send it.
    func cookie(_ name: String) -> String? {
        let set = headers.filter { $0.name == "Set-Cookie" && $0.value.hasPrefix(name + "=") }
        return set.first.map { String($0.value.prefix { $0 != ";" }) }
    }

    var token: String { value(of: "token") }

    /// Returns the value of the first field of this name.
    func value(of name: String) -> String {
        let parts = text.split(separator: "name=\"\(name)\" ", maxSplits: 1)
        guard parts.count == 2, let start = parts[1].firstRange(of: "value=\"") else { return "" }
        return String(parts[1][start.upperBound...].prefix { $0 != "\"" })
    }
}
