/// The identifier of a series of reports, by RFC 2919.
package enum ListID {
    /// `daily.hxxxxxxx071in.example.com`: what a receiver's filter sorts by, without brackets.
    ///
    /// Characters that may not stand in it become hyphens.
    package static func report(company: String, frequency: String, domain: String) -> String {
        [frequency, company].map(label).joined(separator: ".") + "." + domain
    }

    private static func label(_ text: String) -> String {
        let characters = text.lowercased().utf8.prefix(60).map { byte in
            byte.isLetterOrDigit ? Character(Unicode.Scalar(byte)) : "-"
        }
        return characters.isEmpty ? "-" : String(characters)
    }
}
