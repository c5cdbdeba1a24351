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
import Storage
import StorageErrors
import Synchronization
import TestSupport
import Testing

/// The API with its own database, two companies and a clock that does not advance.
final class APIFixture: Sendable {
    static let own = "HXXXXXXX071IN"
    static let other = "HXXXXXXX072DE"
    /// A host that is not resolved before ``letDNSAnswer()``.
    static let slowHost = "slow.example"

    let directory: TemporaryDirectory
    let api: GatewayAPI
    let now = Mutex(Instant(seconds: 1_800_000_000))
    let told = Mutex<[String]>([])
    let fault = Mutex<String?>(nil)
    let databaseFault = Mutex<String?>(nil)
    let unrecorded = Mutex(0)
    /// The error that opening another connection fails with.
    let openingFault = Mutex<StorageError?>(nil)
    /// The hosts whose text was checked.
    let askedHosts = Mutex<Set<String>>([])
    private let isDNSSlow = Atomic(true)
    let key: String
    let otherKey: String

    init() throws {
        let directory = try TemporaryDirectory()
        self.directory = directory
        let stores = try Self.store(in: directory)
        let instant = Instant(seconds: 1_800_000_000)
        key = try stores.createKey(company: Self.own, at: instant).text
        otherKey = try stores.createKey(company: Self.other, at: instant).text
        let box = Box()
        let open: @Sendable () throws -> Stores = {
            if let fault = box.fixture?.openingFault.withLock({ $0 }) { throw fault }
            return try Self.stores(in: directory)
        }
        api = GatewayAPI(
            APIOptions(
                open: open, pod: "IN",
                http: HTTPOptions(limits: .ofCallbacks, userAgent: "test") { _ in true },
                hosts: HostRules(
                    checkText: { host in
                        box.fixture?.askedHosts.withLock { _ = $0.insert(host) }
                        if host == "10.0.0.1" { return .blocked("it is a private address") }
                        return host.first?.isNumber == true ? .allowed : .needsLookUp
                    },
                    lookUp: { _ in
                        { host in
                            while host == Self.slowHost,
                                box.fixture?.isDNSSlow.load(ordering: .relaxed) == true
                            { usleep(1000) }
                            return host == "10.0.0.1" ? "it is a private address" : nil
                        }
                    }),
                clock: { box.fixture?.now.withLock { $0 } ?? instant },
                logError: { words in box.fixture?.told.withLock { $0.append(words) } },
                sendingFault: { box.fixture?.fault.withLock { $0 } },
                databaseFault: { box.fixture?.databaseFault.withLock { $0 } },
                unrecordedResults: { box.fixture?.unrecorded.withLock { $0 } ?? 0 }))
        box.set(self)
    }

    /// Gives the closures of the API access to the fixture, which is created after them.
    private final class Box: @unchecked Sendable {
        private(set) weak var fixture: APIFixture?
        func set(_ fixture: APIFixture) { self.fixture = fixture }
    }

    private static func stores(in directory: TemporaryDirectory) throws -> Stores {
        let log = try AttemptLog(Database(path: directory.path(of: "callbacks.db")))
        let keyFile = SecretKeyFile(path: directory.path(of: "key"))
        return Stores(
            try ProfileStore(log, keyFile: keyFile), try CallbackQueue(in: log), log)
    }

    /// Opens connections that wait only a few milliseconds for a locked database.
    static func impatientStores(in directory: TemporaryDirectory) throws -> Stores {
        let path = directory.path(of: "callbacks.db")
        let log = try AttemptLog(Database(path: path, timeout: 20))
        let keyFile = SecretKeyFile(path: directory.path(of: "key"))
        return Stores(
            try ProfileStore(log, keyFile: keyFile), try CallbackQueue(in: log), log)
    }

    static func store(in directory: TemporaryDirectory) throws -> ProfileStore {
        let log = try AttemptLog(Database(path: directory.path(of: "callbacks.db")))
        return try ProfileStore(log, keyFile: SecretKeyFile(path: directory.path(of: "key")))
    }

    // MARK: Requests

    /// Sends a request and returns the response.
    func ask(
        _ method: String, _ target: String, headers: [(name: String, value: String)],
        body: String = "", peer: String = "192.0.2.7"
    ) -> Response {
        var headers = headers
        if !body.isEmpty { headers.append(("Content-Length", "\(body.utf8.count)")) }
        let head = RequestHead(method: method, target: target, headers: headers, peer: peer)
        switch api.receive(head) {
        case .answer(let answer): return answer
        case .body(_, let work):
            let answer = Mutex<Response?>(nil)
            work(Array(body.utf8), ResponseWriter { given in answer.withLock { $0 = given } })
            while true {
                if let answer = answer.withLock({ $0 }) { return answer }
                usleep(100)
            }
        }
    }

    /// Sends a request of the company, with its key and a JSON body.
    func call(
        _ method: String, _ path: String, _ body: String = "", key: String? = nil,
        company: String = APIFixture.own, type: String = "application/json"
    ) -> Response {
        ask(
            method, "/v1/\(company)\(path)",
            headers: [("api-key", key ?? self.key), ("Content-Type", type)], body: body)
    }

    func letDNSAnswer() {
        isDNSSlow.store(false, ordering: .relaxed)
    }

    /// Starts a request of the company. The returned function gives the response, once there is
    /// one.
    func start(
        _ method: String, _ path: String, _ body: String, company: String = APIFixture.own
    ) -> () -> Response? {
        let head = RequestHead(
            method: method, target: "/v1/\(company)\(path)",
            headers: [
                ("api-key", company == Self.own ? key : otherKey),
                ("Content-Type", "application/json"),
                ("Content-Length", "\(body.utf8.count)"),
            ])
        let given = Given()
        switch api.receive(head) {
        case .answer(let answer): given.answer.withLock { $0 = answer }
        case .body(_, let work):
            work(
                Array(body.utf8), ResponseWriter { answer in given.answer.withLock { $0 = answer } }
            )
        }
        return { given.answer.withLock { $0 } }
    }

    private final class Given: Sendable {
        let answer = Mutex<Response?>(nil)
    }

    /// Creates a profile and returns its ID.
    func profile(_ more: String = "", key: String? = nil, company: String = APIFixture.own) throws
        -> String
    {
        let made = call(
            "POST", "/callback/profiles", Self.profile(more), key: key, company: company)
        return try #require(made.data?["profile_id"]?.string, "\(made.text)")
    }

    static func profile(_ more: String = "") -> String {
        """
        {\(more) "title": "Orders", "http_method": "POST", "url": "https://93.184.215.14/in",
         "body": {"to": "<mobile>"}}
        """
    }
}

extension Response {
    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSONObject? { (try? JSONValue(parsing: body))?.object }
    var data: JSONObject? { json?["data"]?.object }
    var message: String? { json?["message"]?.string }
    var code: String? { json?["code"]?.string }

    /// The error texts, each with the part of the request that it is about.
    var faults: [String] {
        (json?["error"]?.array ?? []).flatMap { item in
            (item.object?.members ?? []).map { "\($0.name): \($0.value.string ?? "")" }
        }
    }
}
