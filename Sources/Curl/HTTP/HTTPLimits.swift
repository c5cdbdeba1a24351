/// How long an exchange may take and how much of an answer is taken.
package struct HTTPLimits: Sendable {
    /// To find the address, connect and agree on TLS, in milliseconds.
    package var connect: Int
    /// Of the whole exchange, in milliseconds.
    package var whole: Int
    /// Bytes of an answer's content that are read, and of its head as many; a longer one is a fault.
    package var read: Int
    /// Bytes of an answer's content that are kept.
    package var kept: Int

    package init(connect: Int, whole: Int, read: Int, kept: Int) {
        self.connect = connect
        self.whole = whole
        self.read = read
        self.kept = kept
    }
}

/// What all exchanges of an ``HTTPTransfers`` have in common.
package struct HTTPOptions: Sendable {
    package var limits: HTTPLimits
    /// For requests that bring no User-Agent of their own.
    package var userAgent: String
    /// Asked for every socket before it connects, with the address in network order: 4 or 16 bytes.
    ///
    /// What was looked up earlier does not count, so that DNS cannot be changed in between.
    package var judge: @Sendable (_ address: [UInt8]) -> Bool
    /// A file of certificates to trust instead of the system's.
    package var authorities: String?

    package init(
        limits: HTTPLimits, userAgent: String, authorities: String? = nil,
        judge: @escaping @Sendable (_ address: [UInt8]) -> Bool
    ) {
        self.limits = limits
        self.userAgent = userAgent
        self.authorities = authorities
        self.judge = judge
    }
}
