package import CivilTime

/// Creates identifiers of emails.
package enum MessageID {
    /// Returns the Message-ID of a report to an address, in angle brackets.
    ///
    /// Two different emails never have the same Message-ID, because receivers drop the second one as
    /// a duplicate. Retries send the stored bytes, and so the same Message-ID. Each value is hashed
    /// with its length, so that different lists of values have different hashes.
    ///
    /// - Parameter nonce: A random number of the report. Without it, a report that is created again
    ///   after `repair clock` would have the Message-IDs of the one that it replaces.
    package static func report(
        company: String, frequency: String, occurrence: Instant, address: String, domain: String,
        nonce: UInt64
    ) -> String {
        let values = [
            company, frequency, String(occurrence.milliseconds), address, String(nonce),
        ]
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
