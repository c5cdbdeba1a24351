package import CivilTime

/// An endpoint to which a callback was sent in vain, and whether it was failing at the end.
package struct TroubledEndpoint: Hashable, Sendable {
    package var endpoint: Endpoint
    package var title: String?
    package var situation: EndpointSituation
    /// By ``FailureRule``.
    package var isFailing: Bool

    package init(
        endpoint: Endpoint, title: String?, situation: EndpointSituation, isFailing: Bool
    ) {
        self.endpoint = endpoint
        self.title = title
        self.situation = situation
        self.isFailing = isFailing
    }

    /// When the first attempt finished that was not delivered since the last one that was; nil
    /// where some callbacks still get through.
    package var since: Instant? { situation.undelivered?.since }
}
