package import CivilTime

/// Creates reproducible identifiers of mails.
package enum MessageID {
    /// Returns the Message-ID of a report to an address, in angle brackets.
    ///
    /// All retries have the same Message-ID, so that receivers can detect duplicates. Each value is
    /// hashed with its length, so that different lists of values have different hashes.
    package static func report(
        company: String, frequency: String, occurrence: Instant, address: String, domain: String
    ) -> String {
        let values = [company, frequency, String(occurrence.milliseconds), address]
        let joined = values.map { "\($0.utf8.count):\($0)" }.joined()
        return "<\(SHA256.hexadecimal(Array(joined.utf8)).prefix(32))@\(domain)>"
    }
}

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

/// Formats an instant as in RFC 5322 section 3.3.
enum MailDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Returns `Wed, 25 Nov 2026 17:00:00 +0530`. Seconds in the offset are rounded down to the
    /// minute.
    static func text(_ instant: Instant, offset: Int) -> String {
        let wholeMinutes = offset.flooredDivision(by: 60) * 60
        let local = CivilDateTime(secondsSinceEpoch: instant.seconds + Int64(wholeMinutes))
        let date = local.date
        let zone = ZoneOffset(seconds: wholeMinutes, abbreviation: "").description
        return "\(date.weekday.shortName), \(padded(date.day, to: 2)) \(months[date.month - 1]) "
            + "\(date.year) \(local.time) \(zone.filter { $0 != ":" })"
    }
}
