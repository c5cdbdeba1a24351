import CivilTime
import Profiles

/// Somebody who has signed in with a key.
struct Session: Sendable {
    /// Random, known to the browser alone; the name of the cookie's content.
    let id: String
    let company: String
    /// The key, so that one that is revoked ends its sessions.
    let keyID: String
    let began: Instant
    var lastSeen: Instant
}
