/// The extensions in a server's EHLO reply.
///
/// Keywords are case-sensitive as in libcurl up to 8.16, which ignores lowercase keywords silently.
struct ServerExtensions: Equatable {
    /// The authentication mechanisms of the server.
    private(set) var mechanisms: [String] = []
    private(set) var offersSMTPUTF8 = false
    /// The maximum size in bytes, or nil if the server reports no limit.
    private(set) var sizeLimit: Int?

    /// Whether the server only accepts OAuth tokens (RFC 7628) and no passwords.
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
