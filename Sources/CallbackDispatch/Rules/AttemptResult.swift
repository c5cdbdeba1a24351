package import CivilTime
package import Curl
package import DeliveryLog

/// The outcome of an exchange for its callback.
package struct AttemptResult: Hashable, Sendable {
    /// The reason of the failure, or `nil` if the callback was delivered.
    package var reason: Reason?
    /// Whether another attempt may succeed.
    package var isWorthRetrying: Bool
    /// The delay that the receiver requested, in seconds.
    package var retryAfter: Int64?
    /// Whether the receiver responded 410 Gone (RFC 9110, section 15.5.11).
    package var endpointIsGone: Bool

    /// Creates the result of an attempt that got no response.
    package init(_ reason: Reason, isWorthRetrying: Bool) {
        self.reason = reason
        self.isWorthRetrying = isWorthRetrying
        endpointIsGone = false
    }

    /// Creates the result of a callback whose token could not be fetched.
    init(token result: HTTPResult, now: Instant) {
        let fault = result.fault
        self.init(fault?.reason ?? .other, isWorthRetrying: fault?.isTemporary ?? true)
        retryAfter = result.retryAfter(at: now.seconds)
    }

    package init(_ result: HTTPResult, now: Instant) {
        reason = Self.reason(result)
        endpointIsGone = result.status == 410
        isWorthRetrying = !endpointIsGone && result.fault?.isTemporary ?? true
        if reason != nil { retryAfter = result.retryAfter(at: now.seconds) }
    }

    /// An error status counts even if the response was cut off after it.
    private static func reason(_ result: HTTPResult) -> Reason? {
        let isSuccess = result.status.map { (200..<300).contains($0) } ?? false
        if let status = result.status, !isSuccess, status >= 300 { return Reason(status: status) }
        guard let fault = result.fault else { return isSuccess ? nil : .other }
        return fault.reason
    }
}

extension HTTPFault {
    var reason: Reason {
        switch kind {
        case .timeout: .timeout
        case .dns: .dns
        case .connect, .broken: .connect
        case .tls: .tls
        case .blocked: .blocked
        case .tooLong, .outOfFiles, .invalidRequest, .other: .other
        }
    }

    /// Whether the problem may be temporary.
    var isTemporary: Bool { kind != .blocked && kind != .invalidRequest }
}
