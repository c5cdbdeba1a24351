/// Limits for the duration and the size of HTTP exchanges.
package struct HTTPLimits: Sendable {
    /// The timeout for name lookup, connection and TLS handshake, in milliseconds.
    package var connectTimeout: Int
    /// The timeout for the complete exchange, in milliseconds.
    package var totalTimeout: Int
    /// The maximum size of a response body, and of a head, in bytes. Longer responses are a fault.
    package var maxResponseSize: Int
    /// How many bytes of a response body are kept.
    package var maxKeptSize: Int

    package init(connectTimeout: Int, totalTimeout: Int, maxResponseSize: Int, maxKeptSize: Int) {
        self.connectTimeout = connectTimeout
        self.totalTimeout = totalTimeout
        self.maxResponseSize = maxResponseSize
        self.maxKeptSize = maxKeptSize
    }
}

/// The options that all exchanges of an ``HTTPTransfers`` share.
package struct HTTPOptions: Sendable {
    package var limits: HTTPLimits
    /// The User-Agent for requests without one.
    package var userAgent: String
    /// Decides whether a socket may connect to an address, given in network byte order with 4 or 16
    /// bytes.
    ///
    /// The actual address of the socket is checked, so a DNS change after an earlier lookup has no
    /// effect.
    package var isAllowed: @Sendable (_ address: [UInt8]) -> Bool
    /// A file with CA certificates to trust instead of the system's.
    package var caFile: String?

    package init(
        limits: HTTPLimits, userAgent: String, caFile: String? = nil,
        isAllowed: @escaping @Sendable (_ address: [UInt8]) -> Bool
    ) {
        self.limits = limits
        self.userAgent = userAgent
        self.caFile = caFile
        self.isAllowed = isAllowed
    }
}
