import CivilTime
import Curl
import DeliveryLog
import EgressPolicy
import Profiles
import SQL
import Storage
import Synchronization
import TestSupport

@testable import CallbackDispatch

/// A queue with a clock that only the test moves, and a dispatcher.
final class DispatchFixture {
    static let start = Instant(seconds: 1_760_000_000)

    let directory: TemporaryDirectory
    let log: AttemptLog
    let queue: CallbackQueue
    let builder: PlainRequests
    var now = DispatchFixture.start
    /// The jitter of the next attempt's delay, in 0..<1.
    var jitter = 0.0
    /// The total timeout of a request in milliseconds. Short only in tests that wait for it.
    var totalTimeout = 15_000
    var rules = AddressGuard(allowing: ["127.0.0.0/8", "::1"].compactMap { Network($0) })
    private(set) var events: [DispatchEvent] = []

    /// - Parameter url: The endpoint of every profile, unless the test overrides it.
    init(_ url: String = "http://127.0.0.1:1/") throws {
        directory = try TemporaryDirectory()
        log = try AttemptLog(Database(path: directory.path(of: "callbacks.db")))
        queue = try CallbackQueue(in: log)
        builder = PlainRequests(url)
    }

    /// Opens a store for another thread.
    var opening: @Sendable () throws -> DispatchStore {
        let (path, builder) = (directory.path(of: "callbacks.db"), builder)
        return { try Self.store(path, builder) }
    }

    /// Opens a store that waits only a few milliseconds for a lock.
    var impatientOpening: @Sendable () throws -> DispatchStore {
        let (path, builder) = (directory.path(of: "callbacks.db"), builder)
        return { try Self.store(path, builder, timeout: 5) }
    }

    private static func store(
        _ path: String, _ builder: PlainRequests, timeout: Int32 = Database.timeout
    ) throws -> DispatchStore {
        let log = try AttemptLog(Database(path: path, timeout: timeout))
        return DispatchStore(try CallbackQueue(in: log), log, builder)
    }

    /// - Parameter open: Opens the writer's store, if the test needs a special one.
    func dispatcher(
        writing open: (@Sendable () throws -> DispatchStore)? = nil
    ) throws -> Dispatcher {
        let rules = rules
        var limits = HTTPLimits.ofCallbacks
        limits.totalTimeout = totalTimeout
        return try Dispatcher(
            DispatchStore(queue, log, builder), writing: open ?? opening,
            options: HTTPOptions(limits: limits, userAgent: "test") { rules.allows(bytes: $0) },
            clock: { self.now }, jitter: { self.jitter }, onEvent: { self.events.append($0) })
    }

    /// Queues callbacks, and returns for each whether it is new. Empty if nothing was accepted.
    @discardableResult
    func accept(_ ids: String..., profile: String = "IN_a") throws -> [Bool] {
        let accepted = try queue.accept(ids.map { Self.callback($0, profile) }, now: now)
        guard case .taken(let areNew) = accepted else { return [] }
        return areNew
    }

    /// The IDs of the attempted callbacks, in the order in which the attempts were recorded.
    var attemptedIDs: [String] {
        events.compactMap { event in
            if case .attempted(let callback, _, _, _) = event { callback.callbackID } else { nil }
        }
    }

    static func callback(
        _ id: String, _ profile: String = "IN_a", company: String = "HA"
    ) -> NewCallback {
        NewCallback(
            company: company, callbackID: id, target: .profile(profile), channel: "sms",
            event: "SMS-sent", variables: "{}")
    }

    /// Returns the callback as events report it after an attempt: without its variables.
    static func attempted(_ id: String) -> NewCallback {
        var callback = callback(id)
        callback.variables = ""
        return callback
    }

    /// Sends everything that is due.
    func dispatch() throws {
        try dispatcher().sendDueCallbacks()
    }

    /// Sends everything that is due from another thread, on its own connection.
    static func dispatch(_ path: String, _ url: String, now: Instant) throws {
        let options = HTTPOptions(limits: .ofCallbacks, userAgent: "test") { _ in true }
        let open = { @Sendable in try store(path, PlainRequests(url)) }
        try Dispatcher(open(), writing: open, options: options, clock: { now }).sendDueCallbacks()
    }

    /// Advances the clock, and sends everything that is due then.
    func dispatch(afterSeconds seconds: Int64) throws {
        now = now.advanced(seconds: seconds)
        try dispatch()
    }

    /// Returns the logged attempts, oldest first: `c-1 1 retrying http_5xx 503`.
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

    /// Returns when a waiting callback is due, in seconds from now.
    func wait(_ id: String) throws -> Double? {
        try queue.entry(id, company: "HA").map {
            Double($0.due.milliseconds - now.milliseconds) / 1000
        }
    }
}

/// Builds requests without profiles, to URLs that the test sets.
///
/// The dispatcher's two threads share it, as they share the profiles in a file.
@dynamicMemberLookup
final class PlainRequests: RequestBuilder, Sendable {
    struct State: Sendable {
        var url: String
        /// The URLs of individual profiles.
        var urls: [String: String] = [:]
        var refusals: [String: (Reason, String)] = [:]
        /// Errors to throw instead of reading a profile.
        var errors: [String: any Error] = [:]
        var credentials: ClientCredentials?
        /// Called on the building thread before a request is built.
        var making: @Sendable (NewCallback) -> Void = { _ in }
        /// The size of the request bodies of some profiles, in bytes.
        var sizes: [String: Int] = [:]
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

    func make(_ callback: NewCallback, at _: Instant, limit: Int) throws -> BuildResult {
        let now = state.withLock { $0 }
        now.making(callback)
        if let profile = callback.profileID, let error = now.errors[profile] { throw error }
        guard let profile = callback.profileID else { return .refused(.other, words: "no profile") }
        if now.disabled.contains(profile) { return .refused(.disabled, words: "it is disabled") }
        if let (reason, words) = now.refusals[profile] { return .refused(reason, words: words) }
        let body = now.sizes[profile].map { [UInt8](repeating: 32, count: $0) }
        if let body, body.count > limit { return .exceedsLimit }
        let request = HTTPRequest(
            method: "POST", url: now.urls[profile] ?? now.url,
            headers: [HTTPHeader("Callback-Id", callback.callbackID)],
            body: body ?? Array("{}".utf8))
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
