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
