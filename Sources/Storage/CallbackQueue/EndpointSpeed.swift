/// The speed of an endpoint's last response. The raw values are stored.
///
/// Slower endpoints get fewer slots, so that they never occupy all of them.
package enum EndpointSpeed: Int, CaseIterable, Sendable {
    /// No response yet.
    case fresh = 0
    case steady = 1
    case slow = 2

    /// An endpoint whose last response took longer than this is slow. In microseconds.
    private static let timeout = 2_000_000

    /// Classifies an endpoint by the duration of its last exchange, in microseconds.
    package init(microseconds: Int) {
        self = microseconds < Self.timeout ? .steady : .slow
    }
}

/// The endpoints of one company in the same speed class. They share slots.
package struct FairnessGroup: Hashable, Sendable {
    package var company: String
    package var speed: EndpointSpeed

    package init(company: String, speed: EndpointSpeed) {
        self.company = company
        self.speed = speed
    }
}
