/// What a server offers in its answer to EHLO.
///
/// Keywords are compared as libcurl up to 8.16 does, in upper case only: what it does not see it would
/// leave out without a word.
struct ServerExtensions: Equatable {
    /// The ways to log in that the server has.
    private(set) var mechanisms: [String] = []
    private(set) var offersSMTPUTF8 = false
    /// In bytes; nil when the server names no limit.
    private(set) var sizeLimit: Int?

    /// Whether there is only a way to log in with a token of OAuth (RFC 7628), for which there are
    /// no passwords.
    var offersTokensOnly: Bool {
        let others = mechanisms.filter { !["XOAUTH2", "OAUTHBEARER"].contains($0.uppercased()) }
        return !mechanisms.isEmpty && others.isEmpty
    }

    init(lines: [String]) {
        for line in lines.map({ $0.dropFirst(4) }) {
            if line.hasPrefix("AUTH ") {
                mechanisms += line.dropFirst(5).split(separator: " ").map(String.init)
            }
            if line.hasPrefix("SMTPUTF8") { offersSMTPUTF8 = true }
            if line.uppercased().hasPrefix("SIZE "), let limit = Int(line.dropFirst(5)), limit > 0 {
                sizeLimit = limit
            }
        }
    }
}
