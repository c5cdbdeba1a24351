/// The identifier of a series of reports (RFC 2919).
package enum ListID {
    /// Returns an identifier such as `daily.hxxxxxxx071in.example.com`, without brackets. Receivers
    /// can filter by it.
    ///
    /// Characters that are not allowed become hyphens.
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
