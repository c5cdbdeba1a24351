package import CivilTime

/// Names for mails that come out the same whenever they are made.
package enum MessageID {
    /// The Message-ID of the report of an occurrence to an address, in angle brackets.
    ///
    /// Every retry has the same one, so that a receiver can tell a second copy. Each value goes into the
    /// hash with its length, so that no two lists of values run together.
    package static func report(
        company: String, frequency: String, occurrence: Instant, address: String, domain: String
    ) -> String {
        let values = [company, frequency, String(occurrence.milliseconds), address]
        let joined = values.map { "\($0.utf8.count):\($0)" }.joined()
        return "<\(SHA256.hexadecimal(Array(joined.utf8)).prefix(32))@\(domain)>"
    }
}
