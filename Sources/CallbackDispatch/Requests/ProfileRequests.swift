package import CivilTime
package import Curl
package import DeliveryLog
import JSON
package import Profiles
package import Storage
package import StorageErrors

/// Builds requests from the profiles in the store.
package struct ProfileRequests: RequestBuilder {
    private let store: ProfileStore
    private let isServed: @Sendable (_ company: String) -> Bool

    /// Creates a builder.
    ///
    /// - Parameters:
    ///   - store: The profiles.
    ///   - isServed: Returns whether the configuration contains a company. Callbacks of other
    ///     companies are retried on the usual schedule, so that removing a company by mistake loses
    ///     nothing while retries last.
    package init(
        _ store: ProfileStore,
        isServed: @escaping @Sendable (_ company: String) -> Bool = { _ in true }
    ) {
        (self.store, self.isServed) = (store, isServed)
    }

    package func make(
        _ callback: NewCallback, at now: Instant, limit: Int
    ) throws -> BuildResult {
        guard isServed(callback.company) else {
            return .postponed(.disabled, words: "the company is not in the configuration")
        }
        let isQuick = limit <= BuildLimits.short
        if isQuick, callback.variables.utf8.count > BuildLimits.shortVariables {
            return .exceedsLimit
        }
        let event = TriggeredEvent(callback)
        switch callback.target {
        case .url(let url):
            return Self.made(limit) { () throws(RequestError) in
                OutgoingRequest(
                    HTTPRequest(try CallbackRequest(get: url, for: event, limit: limit)))
            }
        case .profile(let id):
            let found: Profile?
            do {
                let company = callback.company
                found =
                    try isQuick
                    ? store.currentIfSmall(id, company: company)
                    : store.current(id, company: company)
            } catch is SlowProfile {
                return .exceedsLimit
            } catch let damage as DamagedProfile {
                return .refused(.other, words: damage.description)
            }
            guard let profile = found else {
                return .refused(.disabled, words: "the profile was deleted")
            }
            guard profile.status == .active else {
                return .refused(.disabled, words: "the profile is disabled")
            }
            return Self.made(limit) { () throws(RequestError) in
                OutgoingRequest(
                    HTTPRequest(try profile.request(for: event, at: now, limit: limit)),
                    version: profile.current.number, credentials: profile.settings.auth)
            }
        }
    }

    package func activeSince(_ callback: NewCallback) throws(StorageError) -> Instant? {
        guard let id = callback.profileID else { return nil }
        return try store.activeSince(id, company: callback.company)
    }

    package func disable(
        _ callback: NewCallback, at now: Instant
    ) throws(StorageError) -> Bool {
        guard let id = callback.profileID else { return false }
        return try store.autoDisable(id, company: callback.company, at: now)
    }

    private static func made(
        _ limit: Int, _ request: () throws(RequestError) -> OutgoingRequest
    ) -> BuildResult {
        do {
            return .ready(try request())
        } catch {
            if error == .tooLong, limit < RequestLimits.bytes { return .exceedsLimit }
            return .refused(.other, words: error.description)
        }
    }
}

extension TriggeredEvent {
    /// The event as it was when the callback was accepted.
    package init(_ callback: NewCallback) {
        let variables = try? JSONValue(parsing: callback.variables).object
        self.init(
            company: callback.company, channel: Channel(rawValue: callback.channel) ?? .general,
            event: callback.event, variables: variables ?? [:], callbackID: callback.callbackID)
    }
}

extension HTTPRequest {
    package init(_ request: CallbackRequest) {
        self.init(
            method: request.method.rawValue, url: request.url,
            headers: request.headers.map { HTTPHeader($0.name, $0.value) },
            body: request.method.hasBody ? request.body : nil)
    }
}

/// A request that is ready to send, and what the gateway needs to know about it.
package struct OutgoingRequest: Sendable {
    package var request: HTTPRequest
    /// The version of the profile that the request was built from, or `nil` for a bare URL.
    package var version: Int?
    /// The credentials for the token that the request needs, or `nil` if it needs none.
    package internal(set) var credentials: ClientCredentials?
    /// Identifies the credentials. It is made on the threads that build requests.
    let credentialsDigest: CredentialsDigest?

    package init(
        _ request: HTTPRequest, version: Int? = nil, credentials: ClientCredentials? = nil
    ) {
        self.request = request
        self.version = version
        self.credentials = credentials
        credentialsDigest = credentials.map(CredentialsDigest.init)
    }
}

/// The result of building a request.
package enum BuildResult: Sendable {
    case ready(OutgoingRequest)
    /// The request would exceed the given limit, or take long to build.
    case exceedsLimit
    /// There is nothing to send, and a later attempt will not change that.
    case refused(Reason, words: String)
    /// There is nothing to send now, but a later attempt may succeed.
    case postponed(Reason, words: String)
}

/// Builds the requests of callbacks, and manages the profiles that they use.
package protocol RequestBuilder {
    /// Builds the request of a callback from the current version of its profile.
    ///
    /// - Parameters:
    ///   - callback: The callback to send.
    ///   - now: The time of the attempt, which the signature includes.
    ///   - limit: The maximum size in bytes. A request that exceeds ``RequestLimits/bytes`` is
    ///     refused. One that exceeds a lower limit is `exceedsLimit`. With ``BuildLimits/short``, so
    ///     is one that would take longer to build than some milliseconds.
    /// - Returns: The request, or the reason why there is none. A damaged profile is such a reason,
    ///   so that it affects only its own callbacks.
    /// - Throws: An error if the database cannot be read.
    func make(_ callback: NewCallback, at now: Instant, limit: Int) throws -> BuildResult

    /// Returns since when the callback's profile has been active, or `nil` if it is not active or
    /// there is none.
    func activeSince(_ callback: NewCallback) throws(StorageError) -> Instant?

    /// Disables the profile of a callback, because its endpoint responded with 410 or has failed for days.
    ///
    /// - Returns: False if the profile was not active.
    func disable(_ callback: NewCallback, at now: Instant) throws(StorageError) -> Bool
}
