import Encryption

/// Texts that nobody can guess.
enum Token {
    /// 256 random bits.
    static func random() -> String { hexadecimal(RandomBytes.make(32)) }

    /// Whether a text could be one of them.
    static func isToken(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// What every form carries, so that no other site can send one in a visitor's name.
///
/// It is made of the visitor's cookie by a key of this process, so that nothing has to be kept:
/// https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
struct FormTokens: Sendable {
    private let key = RandomBytes.make(32)

    /// - Parameter cookie: the id of a session, or of a visitor who has none yet.
    func token(of cookie: String) -> String {
        Token.hexadecimal(Digests.hmacSHA256(Array(cookie.utf8), key: key))
    }

    /// Takes as long for any wrong token.
    func isToken(_ text: String, of cookie: String) -> Bool {
        let (given, right) = (Array(text.utf8), Array(token(of: cookie).utf8))
        guard given.count == right.count else { return false }
        return zip(given, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
