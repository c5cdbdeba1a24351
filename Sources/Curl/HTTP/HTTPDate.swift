internal import CCurl

/// A date as HTTP writes it, in any of the three forms of RFC 9110 5.6.7.
package enum HTTPDate {
    /// Seconds since 1970-01-01T00:00:00Z; nil where libcurl can make no date of the text.
    package static func seconds(_ text: String) -> Int64? {
        // Of a date before 1970 libcurl says the same as of none, and it is as good as none.
        guard let curl = CurlLibrary.functions else { return nil }
        let seconds = curl.getdate(text, nil)
        return seconds < 0 ? nil : Int64(seconds)
    }
}
