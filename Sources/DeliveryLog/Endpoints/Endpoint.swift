package import CivilTime

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
