import CivilTime
import Profiles

/// The session of a user who signed in with an API key.
struct Session: Sendable {
    /// The random value of the cookie.
    let id: String
    let company: String
    /// The ID of the key. Revoking the key ends the session.
    let keyID: String
    let began: Instant
    var lastSeen: Instant
}
