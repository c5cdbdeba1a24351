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
