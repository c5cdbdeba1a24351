internal import CCurl

/// Parses HTTP dates in the three formats of RFC 9110 section 5.6.7.
package enum HTTPDate {
    /// Returns the seconds since 1970-01-01T00:00:00Z, or nil if libcurl cannot parse the text.
    package static func seconds(_ text: String) -> Int64? {
        // libcurl returns -1 both for errors and for a date before 1970. Such a date is treated as
        // an error.
        guard let curl = CurlLibrary.functions else { return nil }
        let seconds = curl.getdate(text, nil)
        return seconds < 0 ? nil : Int64(seconds)
    }
}
