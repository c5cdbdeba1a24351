package import CivilTime

/// An endpoint with an undelivered attempt in a period, and whether it was failing at the end.
package struct TroubledEndpoint: Hashable, Sendable {
    package var endpoint: Endpoint
    package var title: String?
    package var situation: EndpointSituation
    /// Determined by ``FailureRule``.
    package var isFailing: Bool

    package init(
        endpoint: Endpoint, title: String?, situation: EndpointSituation, isFailing: Bool
    ) {
        self.endpoint = endpoint
        self.title = title
        self.situation = situation
        self.isFailing = isFailing
    }

    /// When the first attempt after the last delivery finished, or `nil` if some callbacks are
    /// still delivered.
    package var since: Instant? { situation.undelivered?.since }
}
