import CivilTime
import Curl
import DeliveryLog
import EgressPolicy
import Profiles
import SQLite
import Storage
import Synchronization
import TestSupport

@testable import CallbackDispatch

/// A queue with a clock that stands still until a test moves it, and a dispatcher of its own.
final class DispatchFixture {
    static let start = Instant(seconds: 1_760_000_000)

    let directory: TemporaryDirectory
    let log: AttemptLog
    let queue: CallbackQueue
    let maker: PlainRequests
    var now = DispatchFixture.start
    /// What the wait before the next attempt is lengthened by, from 0 up to 1.
    var jitter = 0.0
    /// Of the whole exchange, in milliseconds; short only where a test waits for its end.
    var whole = 15_000
    var rules = AddressGuard(allowing: ["127.0.0.0/8", "::1"].compactMap { Network($0) })
    private(set) var events: [DispatchEvent] = []

    /// - Parameter url: where the callbacks of every profile go, unless the test says otherwise.
    init(_ url: String = "http://127.0.0.1:1/") throws {
        directory = try TemporaryDirectory()
        log = try AttemptLog(Database(path: directory.path(of: "callbacks.db")))
        queue = try CallbackQueue(log.database)
        maker = PlainRequests(url)
    }

    /// Opens what a thread of its own works on.
    var opening: @Sendable () throws -> DispatchStore {
        let (path, maker) = (directory.path(of: "callbacks.db"), maker)
        return { try Self.store(path, maker) }
    }

    /// The same, that waits a few milliseconds only for whoever has the file.
    var impatientOpening: @Sendable () throws -> DispatchStore {
        let (path, maker) = (directory.path(of: "callbacks.db"), maker)
        return { try Self.store(path, maker, timeout: 5) }
    }

    private static func store(
        _ path: String, _ maker: PlainRequests, timeout: Int32 = Database.timeout
    ) throws -> DispatchStore {
        let log = try AttemptLog(Database(path: path, timeout: timeout))
        return DispatchStore(try CallbackQueue(log.database), log, maker)
    }

    /// - Parameter open: opens what the writer works on, when the test has something to say about it.
    func dispatcher(
        writing open: (@Sendable () throws -> DispatchStore)? = nil
    ) throws -> Dispatcher {
        let rules = rules
        var limits = HTTPLimits.ofCallbacks
        limits.whole = whole
        return try Dispatcher(
            DispatchStore(queue, log, maker), writing: open ?? opening,
            options: HTTPOptions(limits: limits, userAgent: "test") { rules.allows(bytes: $0) },
            clock: { self.now }, jitter: { self.jitter }, tell: { self.events.append($0) })
    }

    /// For each whether it is new; empty where nothing was taken.
    @discardableResult
    func accept(_ ids: String..., profile: String = "IN_a") throws -> [Bool] {
        let accepted = try queue.accept(ids.map { Self.callback($0, profile) }, now: now)
        guard case .taken(let areNew) = accepted else { return [] }
        return areNew
    }

    static func callback(
        _ id: String, _ profile: String = "IN_a", company: String = "HA"
    ) -> NewCallback {
        NewCallback(
            company: company, callbackID: id, target: .profile(profile), channel: "sms",
            event: "SMS-sent", variables: "{}")
    }

    /// What is still known of a callback when its attempt is over.
    static func attempted(_ id: String) -> NewCallback {
        var callback = callback(id)
        callback.variables = ""
        return callback
    }

    /// Sends what is due.
    func dispatch() throws {
        try dispatcher().sendWhatIsDue()
    }

    /// Sends what is due from another thread, by a connection of its own.
    static func dispatch(_ path: String, _ url: String, now: Instant) throws {
        let options = HTTPOptions(limits: .ofCallbacks, userAgent: "test") { _ in true }
        let open = { @Sendable in try store(path, PlainRequests(url)) }
        try Dispatcher(open(), writing: open, options: options, clock: { now }).sendWhatIsDue()
    }

    /// Moves the clock on and sends what is due then.
    func dispatch(afterSeconds seconds: Int64) throws {
        now = now.advanced(seconds: seconds)
        try dispatch()
    }

    /// The attempts in the log, oldest first: `c-1 1 retrying http_5xx 503`.
    func attempts(company: String = "HA") throws -> [String] {
        try log.attempts(AttemptFilter(company: company), limit: 1000).reversed().map { attempt in
            let facts = [attempt.reason?.name, attempt.status.map(String.init)].compactMap(\.self)
            let words = ["\(attempt.callbackID) \(attempt.number) \(attempt.outcome.name)"] + facts
            return words.joined(separator: " ")
        }
    }

    func state(_ id: String) throws -> CallbackState? {
        try queue.entry(id, company: "HA")?.state
    }

    func nextWork(owner: Int64 = 1) throws -> Instant? {
        try queue.nextWork(now: now, owner: owner)
    }

    /// When a waiting callback is due, in seconds from now.
    func wait(_ id: String) throws -> Double? {
        try queue.entry(id, company: "HA").map {
            Double($0.due.milliseconds - now.milliseconds) / 1000
        }
    }
}

/// Requests without profiles: GET or POST to a URL that the test gives.
///
/// Shared by the dispatcher's two threads, as profiles are by their file.
@dynamicMemberLookup
final class PlainRequests: RequestBuilder, Sendable {
    struct State: Sendable {
        var url: String
        /// The URLs of single profiles.
        var urls: [String: String] = [:]
        var refusals: [String: (Reason, String)] = [:]
        /// What keeps the profiles from being read.
        var errors: [String: any Error] = [:]
        var credentials: ClientCredentials?
        var version = 1
        var activeSince: [String: Instant] = [:]
        var disabled: Set<String> = []
    }

    private let state: Mutex<State>

    init(_ url: String) {
        state = Mutex(State(url: url))
    }

    subscript<Value: Sendable>(dynamicMember path: WritableKeyPath<State, Value>) -> Value {
        get { state.withLock { $0[keyPath: path] } }
        set { state.withLock { $0[keyPath: path] = newValue } }
    }

    func make(_ callback: NewCallback, at _: Instant) throws -> MadeRequest {
        let now = state.withLock { $0 }
        if let profile = callback.profileID, let error = now.errors[profile] { throw error }
        guard let profile = callback.profileID else { return .refused(.other, words: "no profile") }
        if now.disabled.contains(profile) { return .refused(.disabled, words: "it is disabled") }
        if let (reason, words) = now.refusals[profile] { return .refused(reason, words: words) }
        let request = HTTPRequest(
            method: "POST", url: now.urls[profile] ?? now.url,
            headers: [HTTPHeader("Callback-Id", callback.callbackID)], body: Array("{}".utf8))
        return .ready(
            OutgoingRequest(request, version: now.version, credentials: now.credentials))
    }

    func activeSince(_ callback: NewCallback) -> Instant? {
        let now = state.withLock { $0 }
        guard let profile = callback.profileID, !now.disabled.contains(profile) else { return nil }
        return now.activeSince[profile] ?? Instant(seconds: 0)
    }

    func disable(_ callback: NewCallback, at _: Instant) -> Bool {
        state.withLock { state in
            callback.profileID.map { state.disabled.insert($0).inserted } ?? false
        }
    }

    func enable(_ profile: String, at now: Instant) {
        state.withLock { state in
            state.disabled.remove(profile)
            state.activeSince[profile] = now
        }
    }
}
