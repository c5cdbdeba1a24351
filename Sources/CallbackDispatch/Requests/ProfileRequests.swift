package import CivilTime
import Curl
import DeliveryLog
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
    ) throws -> MadeRequest {
        guard isServed(callback.company) else {
            return .postponed(.disabled, words: "the company is not in the configuration")
        }
        let isQuick = limit < RequestLimits.bytes
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
    ) -> MadeRequest {
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
