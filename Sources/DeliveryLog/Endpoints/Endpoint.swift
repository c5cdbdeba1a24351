package import CivilTime
import TextSupport

/// The destination of callbacks, for which reports and alerts have a row, a state and a name.
package enum Endpoint: Hashable, Sendable {
    /// A callback profile, by its ID.
    case profile(String)
    /// The scheme, host and port of the URL, for records without a profile.
    case origin(String)
    /// Records with neither a profile nor a URL.
    case unknown

    package var profileID: String? {
        if case .profile(let id) = self { id } else { nil }
    }

    package var origin: String? {
        if case .origin(let origin) = self { origin } else { nil }
    }

    /// The profile's ID or the origin, or `nil` if unknown.
    package var id: String? { profileID ?? origin }

    package static func == (left: Endpoint, right: Endpoint) -> Bool {
        left.profileID.isExactly(right.profileID) && left.origin.isExactly(right.origin)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(profileID.map(ExactText.init))
        hasher.combine(origin.map(ExactText.init))
    }
}

/// A profile that the gateway has disabled because its endpoint failed.
package struct DisabledProfile: Hashable, Sendable {
    package var profileID: String
    package var title: String?
    package var since: Instant

    package init(profileID: String, title: String?, since: Instant) {
        self.profileID = profileID
        self.title = title
        self.since = since
    }
}

/// Callbacks with the same ID that ended at several endpoints and count as one.
///
/// This happens if `callback_id` identifies an event that goes to several endpoints. A delivery to
/// one of them then hides failures at another.
package struct SharedCallbacks: Hashable, Sendable {
    package struct Example: Hashable, Sendable {
        package let company: String
        package let callbackID: String
        /// Two of the endpoints.
        package let endpoints: [Endpoint]

        package init(company: String, callbackID: String, endpoints: [Endpoint]) {
            self.company = company
            self.callbackID = callbackID
            self.endpoints = endpoints
        }
    }

    /// The number of attempts that are hidden by an attempt at another endpoint.
    package private(set) var hidden = 0
    /// The first of the callbacks.
    package private(set) var example: Example?

    package init(hidden: Int = 0, example: Example? = nil) {
        self.hidden = hidden
        self.example = example
    }
}

/// An endpoint with an undelivered attempt in a period, and whether it was failing at the end.
package struct TroubledEndpoint: Hashable, Sendable {
    package var endpoint: Endpoint
    package var title: String?
    package var situation: EndpointSituation
    /// Determined by ``FailureRule``.
    package var isFailing: Bool
    /// Whether an attempt was undelivered in the period, and not only in the days before.
    package var isTried: Bool

    package init(
        endpoint: Endpoint, title: String?, situation: EndpointSituation, isFailing: Bool,
        isTried: Bool = true
    ) {
        self.endpoint = endpoint
        self.title = title
        self.situation = situation
        self.isFailing = isFailing
        self.isTried = isTried
    }

    /// When the first attempt after the last delivery finished, or `nil` if some callbacks are
    /// still delivered.
    package var since: Instant? { situation.undelivered?.since }
}

/// The rule that decides whether an endpoint is failing. Reports and alerts share it.
///
/// One failed callback is not an outage. An endpoint is failing if most of its recent callbacks are
/// not delivered, or if nothing at all was delivered for a while.
package struct FailureRule: Hashable, Sendable {
    /// The minimum number of recent callbacks that are undelivered, either failed or retrying.
    package var minimumCallbacks = 10
    /// The share of recent callbacks that a working endpoint delivers.
    package var deliveredShare = 0.5
    /// The minimum number of callbacks that were tried since the last delivery.
    package var minimumTried = 3
    /// The minimum time since the first of these attempts, in milliseconds.
    package var minimumDuration: Int64 = 15 * 60_000

    package init() {}

    /// Returns whether an endpoint is failing.
    ///
    /// - Parameters:
    ///   - situation: What is known about the endpoint.
    ///   - now: The time at which the situation was determined.
    package func isFailing(_ situation: EndpointSituation, at now: Instant) -> Bool {
        deliversTooFew(situation.recent) || isDown(situation.undelivered, at: now)
    }

    private func deliversTooFew(_ recent: Tally) -> Bool {
        recent.failed + recent.retrying >= minimumCallbacks
            && Double(recent.delivered) < deliveredShare * Double(recent.callbacks)
    }

    private func isDown(_ run: UndeliveredRun?, at now: Instant) -> Bool {
        guard let run, run.callbacks >= minimumTried else { return false }
        return now.milliseconds - run.since.milliseconds >= minimumDuration
    }

    /// Returns the period of recent callbacks: the quarter hour that contains or ends at an
    /// instant, and the one before.
    package func recentPeriod(at now: Instant) -> Period {
        let quarter = now.advanced(milliseconds: -1).rounded(downTo: Self.quarterHour)
        return Period(start: quarter.advanced(milliseconds: -Self.quarterHour), end: now)
    }

    private static let quarterHour: Int64 = 15 * 60_000
}

/// What is known about an endpoint at a point in time.
package struct EndpointSituation: Hashable, Sendable {
    /// The callbacks whose latest attempt finished in the current or previous quarter hour.
    package var recent: Tally
    /// The attempts since the last delivery, or `nil` if the last attempt was delivered.
    package var undelivered: UndeliveredRun?

    package init(recent: Tally = Tally(), undelivered: UndeliveredRun? = nil) {
        self.recent = recent
        self.undelivered = undelivered
    }
}

/// Consecutive attempts at an endpoint without a delivery.
package struct UndeliveredRun: Hashable, Sendable {
    /// When the first attempt finished.
    package var since: Instant
    /// Whether ``since`` is exact only to a quarter hour, because attempts were pruned.
    package var isApproximate: Bool
    /// The number of callbacks tried. Counting may stop at the number that the rule needs.
    package var callbacks: Int

    package init(since: Instant, isApproximate: Bool = false, callbacks: Int) {
        self.since = since
        self.isApproximate = isApproximate
        self.callbacks = callbacks
    }
}
