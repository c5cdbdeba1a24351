package import Curl
package import DeliveryLog

/// An attempt from the delivery log, with the details that only the gateway records.
package struct Delivery: Sendable {
    package var attempt: Attempt
    /// The details of the HTTP exchange, or `nil` if the gateway did not make the attempt.
    package var exchange: ExchangeRecord?
}

/// The details of an HTTP exchange that the delivery log has no columns for.
package struct ExchangeRecord: Sendable {
    /// The version of the profile that the request was built from.
    package var version: Int?
    package var address: String?
    package var phases: HTTPPhases
    package var fault: String?
    /// The first bytes of the response body.
    package var head: [UInt8]
}
