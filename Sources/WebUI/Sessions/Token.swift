import Encryption
import TextSupport

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
