package import CivilTime
package import Curl
package import DeliveryLog
package import Profiles
package import SQLite

/// What a callback looks like when it is sent.
package struct OutgoingRequest: Sendable {
    package var request: HTTPRequest
    /// The version of the profile that it was made with; nil for a bare URL.
    package var version: Int?
    /// How to get the token that it has to carry; nil when it needs none.
    package var credentials: ClientCredentials?

    package init(
        _ request: HTTPRequest, version: Int? = nil, credentials: ClientCredentials? = nil
    ) {
        self.request = request
        self.version = version
        self.credentials = credentials
    }
}

/// What became of making a request.
package enum MadeRequest: Sendable {
    case ready(OutgoingRequest)
    /// There is nothing to send, and no other attempt will change that.
    case refused(Reason, words: String)
    /// There is nothing to send now; a later attempt may have something.
    case postponed(Reason, words: String)
}

/// Whoever makes requests of callbacks, and knows the profiles that they are made of.
package protocol RequestBuilder {
    /// Makes the request with the newest version of the profile.
    ///
    /// - Parameter now: the time of the attempt, which stands in the signature.
    /// - Throws: when the database cannot be read. A profile that is damaged in it is a reason to
    ///   refuse its own callbacks.
    func make(_ callback: NewCallback, at now: Instant) throws -> MadeRequest

    /// Since when the profile of a callback is active; nil when it is not, or there is none.
    func activeSince(_ callback: NewCallback) throws(DatabaseError) -> Instant?

    /// Disables the profile of a callback, for its endpoint is gone or has long been silent.
    ///
    /// - Returns: false when it was not active.
    func disable(_ callback: NewCallback, at now: Instant) throws(DatabaseError) -> Bool
}
