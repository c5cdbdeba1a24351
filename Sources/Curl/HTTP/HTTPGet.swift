internal import CCurl

/// A single GET request whose response body does not matter, such as a heartbeat.
package enum HTTPGet {
    /// Fetches a URL and returns the HTTP status. Redirects are not followed.
    ///
    /// A proxy from the environment is used, as is usual for HTTP.
    ///
    /// - Parameters:
    ///   - url: an `http` or `https` URL.
    ///   - timeout: the timeout for the complete exchange, in milliseconds.
    /// - Throws: ``CurlError`` if there was no response. It contains neither path nor credentials.
    package static func status(of url: String, timeout: Int) throws(CurlError) -> Int {
        let handle = try EasyHandle.open(url)
        try handle.set(.protocols, "http,https")
        try handle.set(.followLocation, 0)
        try handle.set(.timeout, timeout)
        try handle.set(.userAgent, "callback-reports")
        try handle.set(.write) { _, size, count, _ in size * count }
        try handle.perform()
        return handle.responseCode
    }
}

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
