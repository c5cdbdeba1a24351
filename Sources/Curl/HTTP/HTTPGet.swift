internal import CCurl

/// A single fetch of a page whose content does not matter, such as a heartbeat.
package enum HTTPGet {
    /// Fetches the URL and returns the HTTP status; a redirect is a status too and is not followed.
    ///
    /// A proxy that the environment names is used, as is usual for HTTP.
    /// - Parameter timeout: of the whole exchange, in milliseconds.
    /// - Throws: ``CurlError`` when there was no answer; it shows neither path nor credentials.
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
