package import CivilTime
package import Curl
package import DeliveryLog
package import Profiles
package import Storage
package import StorageErrors

/// A request that is ready to send, and what the gateway needs to know about it.
package struct OutgoingRequest: Sendable {
    package var request: HTTPRequest
    /// The version of the profile that the request was built from, or `nil` for a bare URL.
    package var version: Int?
    /// The credentials for the token that the request needs, or `nil` if it needs none.
    package var credentials: ClientCredentials?

    package init(
        _ request: HTTPRequest, version: Int? = nil, credentials: ClientCredentials? = nil
    ) {
        self.request = request
        self.version = version
        self.credentials = credentials
    }
}

/// The result of building a request.
package enum MadeRequest: Sendable {
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
    ///     refused. One that exceeds a lower limit is `exceedsLimit`, and so is one that would take
    ///     longer to build than some milliseconds.
    /// - Returns: The request, or the reason why there is none. A damaged profile is such a reason,
    ///   so that it affects only its own callbacks.
    /// - Throws: An error if the database cannot be read.
    func make(_ callback: NewCallback, at now: Instant, limit: Int) throws -> MadeRequest

    /// Returns since when the callback's profile has been active, or `nil` if it is not active or
    /// there is none.
    func activeSince(_ callback: NewCallback) throws(StorageError) -> Instant?

    /// Disables the profile of a callback, because its endpoint responded with 410 or has failed for days.
    ///
    /// - Returns: False if the profile was not active.
    func disable(_ callback: NewCallback, at now: Instant) throws(StorageError) -> Bool
}
