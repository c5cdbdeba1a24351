/// What a server offers in its answer to EHLO.
///
/// Keywords are compared as libcurl up to 8.16 does, in upper case only: what it does not see it would
/// leave out without a word.
struct ServerExtensions: Equatable {
    private(set) var offersAuthentication = false
    private(set) var offersSMTPUTF8 = false
    /// In bytes; nil when the server names no limit.
    private(set) var sizeLimit: Int?

    init(lines: [String]) {
        for line in lines.map({ $0.dropFirst(4) }) {
            if line.hasPrefix("AUTH ") { offersAuthentication = true }
            if line.hasPrefix("SMTPUTF8") { offersSMTPUTF8 = true }
            if line.uppercased().hasPrefix("SIZE "), let limit = Int(line.dropFirst(5)), limit > 0 {
                sizeLimit = limit
            }
        }
    }
}
