package import CivilTime
package import DeliveryLog
import TextSupport

/// An attempt that has ended and must be recorded.
package struct FinishedAttempt: Sendable {
    package var claim: Claim
    package var at: Instant
    /// When the next attempt is due, or `nil` if this was the last one.
    package var nextAttempt: Instant?
    /// Why the attempt failed, or `nil` if the callback was delivered.
    package var reason: Reason?
    /// Whether the receiver responded 410 Gone.
    package var endpointIsGone: Bool
    package var status: Int?
    package var method: String?
    /// Scheme, host and port of the URL.
    package var origin: String?
    /// Whether a request was sent.
    package var wasSent: Bool
    package var exchange: ExchangeRecord
    /// Whether the attempt failed because the profile is damaged. It says nothing about the
    /// endpoint.
    package var isOfDamagedProfile: Bool

    package init(
        claim: Claim, at: Instant, nextAttempt: Instant?, reason: Reason?, endpointIsGone: Bool,
        status: Int?, method: String?, origin: String?, wasSent: Bool, exchange: ExchangeRecord,
        isOfDamagedProfile: Bool = false
    ) {
        self.claim = claim
        self.at = at
        self.nextAttempt = nextAttempt
        self.reason = reason
        self.endpointIsGone = endpointIsGone
        self.status = status
        self.method = method
        self.origin = origin
        self.wasSent = wasSent
        self.exchange = exchange
        self.isOfDamagedProfile = isOfDamagedProfile
    }

    package var state: CallbackState {
        if reason == nil { return .delivered }
        return nextAttempt == nil ? .failed : .waiting
    }

    /// The endpoint's new speed, or `nil` if nothing was sent.
    var speed: EndpointSpeed? {
        wasSent ? EndpointSpeed(microseconds: exchange.phases.total) : nil
    }

    /// Returns the attempt as it is recorded.
    ///
    /// - Parameter last: The dimensions of the previous attempt at the endpoint. Usually they are
    ///   the same, and the log finds an object that it knows without comparing texts.
    func attempt(reusing last: inout AttemptDimensions?) -> Attempt {
        let callback = claim.callback
        let own = AttemptDimensions(
            company: callback.company, profileID: callback.profileID, channel: callback.channel,
            event: callback.event, method: method, origin: origin)
        let dimensions = last.flatMap { $0 == own ? $0 : nil } ?? own
        last = dimensions
        return Attempt(
            route: dimensions, callbackID: callback.callbackID, number: claim.attempt,
            finishedAt: at, outcome: outcome, reason: reason, status: status,
            durationMilliseconds: wasSent ? exchange.phases.total / 1000 : nil)
    }

    package var outcome: Outcome {
        switch state {
        case .delivered: .delivered
        case .failed: .failed
        case .waiting, .inFlight: .retrying
        }
    }
}

extension NewCallback {
    /// The ID of the callback's profile, or `nil` if it goes to a bare URL.
    package var profileID: String? {
        if case .profile(let id) = target { return id }
        return nil
    }
}

/// The state of a callback. The raw values are stored.
package enum CallbackState: Int, CaseIterable, Sendable {
    /// Will be sent when it is due.
    case waiting = 0
    /// A process is sending it, until the lease expires.
    case inFlight = 1
    case delivered = 2
    /// Permanently failed; no attempts are left.
    case failed = 3

    /// The name of the state in lists and messages.
    package var name: String { self == .inFlight ? "in flight" : "\(self)" }

    /// Whether no further attempt will be made.
    package var isFinal: Bool { self == .delivered || self == .failed }
}

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

/// The retry schedule of failed callbacks.
package enum CallbackRetryRule {
    /// The delays after the first, second and later attempts, in seconds.
    private static let waits: [Int64] = [5, 30, 300, 1800, 7200, 18_000, 36_000]

    /// The total number of attempts.
    package static var attempts: Int { waits.count + 1 }

    /// The longest delay before the next attempt, in milliseconds.
    ///
    /// A due time further ahead was set by a clock that was ahead, and is treated as now.
    package static let longestWait = Int64(Double(waits.max() ?? 0) * 1000 * (1 + maxJitter))

    /// The maximum jitter, as a fraction of the delay.
    private static let maxJitter = 0.2

    /// The longest delay that a receiver can request, in seconds.
    private static let longestRequestedDelay: Int64 = 3600

    /// Returns the time of the next attempt.
    ///
    /// - Parameters:
    ///   - triesLeft: The number of attempts that remained before the failed one, including it.
    ///   - now: When the attempt failed.
    ///   - retryAfter: The delay that the receiver requested, in seconds.
    ///   - jitter: A random number in 0..<1 that spreads callbacks that failed together.
    /// - Returns: The time, or `nil` if no attempts are left.
    package static func nextAttempt(
        triesLeft: Int, at now: Instant, retryAfter: Int64?, jitter: Double
    ) -> Instant? {
        let made = attempts - triesLeft
        guard triesLeft > 1, waits.indices.contains(made) else { return nil }
        let wait = Int64(Double(waits[made]) * 1000 * (1 + maxJitter * jitter))
        let asked = min(retryAfter ?? 0, longestRequestedDelay) * 1000
        return now.advanced(milliseconds: max(wait, asked))
    }
}
