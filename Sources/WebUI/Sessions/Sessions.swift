import CivilTime
import Encryption
import Profiles
import Storage
import Synchronization
import TextSupport

/// All sessions. They are limited in number and time and end with the process.
final class Sessions: Sendable {
    /// The maximum for one company. A new session replaces the least recently used one.
    static let maxSessionsPerCompany = 50
    /// The maximum for all companies.
    static let maxSessions = 5_000
    /// Seconds without a request until a session ends.
    static let idleTimeout: Int64 = 3_600
    /// Seconds after sign-in until a session ends in any case.
    static let maxDuration: Int64 = 12 * 3_600

    private let sessions = Mutex<[String: Session]>([:])

    func begin(_ key: APIKey, at now: Instant) -> Session {
        let session = Session(
            id: Token.random(), company: key.company, keyID: key.id, began: now, lastSeen: now)
        sessions.withLock { sessions in
            sessions = sessions.filter { Self.isOpen($0.value, at: now) }
            Self.makeRoom(among: &sessions, atMost: Self.maxSessionsPerCompany) {
                $0.company == key.company
            }
            Self.makeRoom(among: &sessions, atMost: Self.maxSessions) { _ in true }
            sessions[session.id] = session
        }
        return session
    }

    /// Returns the session of a cookie, or nil if it has ended or does not exist.
    func session(_ id: String, at now: Instant) -> Session? {
        sessions.withLock { sessions in
            guard var session = sessions[id] else { return nil }
            guard Self.isOpen(session, at: now) else {
                sessions[id] = nil
                return nil
            }
            session.lastSeen = max(now, session.lastSeen)
            sessions[id] = session
            return session
        }
    }

    func end(_ id: String) {
        sessions.withLock { $0[id] = nil }
    }

    private static func isOpen(_ session: Session, at now: Instant) -> Bool {
        // After the clock was set back, a session from the future would last too long.
        session.began <= now.advanced(seconds: idleTimeout)
            && now < session.lastSeen.advanced(seconds: idleTimeout)
            && now < session.began.advanced(seconds: maxDuration)
    }

    private static func makeRoom(
        among sessions: inout [String: Session], atMost count: Int, _ counts: (Session) -> Bool
    ) {
        let counted = sessions.values.filter(counts)
        guard counted.count >= count else { return }
        let oldest = counted.sorted { $0.lastSeen < $1.lastSeen }.prefix(counted.count - count + 1)
        for session in oldest { sessions[session.id] = nil }
    }
}

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

/// Unguessable random texts.
enum Token {
    /// Returns 256 random bits.
    static func random() -> String { RandomBytes.make(32).hexadecimal }

    /// Returns whether a text has the format of a token.
    static func isToken(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}

/// The tokens in forms, which keep other sites from submitting a form in a user's name.
///
/// A token is an HMAC of the cookie with a key of this process, so nothing has to be stored:
/// https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
struct FormTokens: Sendable {
    private let key = RandomBytes.make(32)

    /// - Parameter cookie: The ID of a session, or of a visitor before sign-in.
    func token(of cookie: String) -> String {
        Digests.hmacSHA256(Array(cookie.utf8), key: key).hexadecimal
    }

    /// Compares in constant time.
    func isToken(_ text: String, of cookie: String) -> Bool {
        let (given, right) = (Array(text.utf8), Array(token(of: cookie).utf8))
        guard given.count == right.count else { return false }
        return zip(given, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
