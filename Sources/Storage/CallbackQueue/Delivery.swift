package import DeliveryLog

/// An attempt from the delivery log, with the details that only the gateway records.
package struct Delivery: Sendable {
    package var attempt: Attempt
    /// The details of the HTTP exchange, or `nil` if the gateway did not make the attempt.
    package var exchange: ExchangeRecord?

    package init(attempt: Attempt, exchange: ExchangeRecord?) {
        self.attempt = attempt
        self.exchange = exchange
    }
}

/// The details of an HTTP exchange that the delivery log has no columns for.
package struct ExchangeRecord: Hashable, Sendable {
    /// The version of the profile that the request was built from.
    package var version: Int?
    package var address: String?
    package var phases: ExchangePhases
    /// A description of the failure, without any value of the callback.
    package var fault: String?
    /// The first bytes of the response body.
    package var head: [UInt8]

    package init(
        version: Int? = nil, address: String? = nil, phases: ExchangePhases = ExchangePhases(),
        fault: String? = nil, head: [UInt8] = []
    ) {
        self.version = version
        self.address = address
        self.phases = phases
        self.fault = fault
        self.head = head
    }
}

/// The times from the start of an exchange to the end of each phase, in microseconds.
///
/// A phase that did not occur, as on a reused connection, is 0.
package struct ExchangePhases: Hashable, Sendable {
    package var nameLookup = 0
    package var connect = 0
    package var tls = 0
    package var firstByte = 0
    package var total = 0

    package init() {}
}
