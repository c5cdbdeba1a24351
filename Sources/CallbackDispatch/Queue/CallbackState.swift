/// How it stands with a callback; the raw values are stored.
package enum CallbackState: Int, CaseIterable, Sendable {
    /// To be sent when it is due.
    case waiting = 0
    /// A process is at it; its lease says until when.
    case inFlight = 1
    case delivered = 2
    /// Given up.
    case failed = 3

    /// The word that lists use.
    package var name: String { self == .inFlight ? "in flight" : "\(self)" }

    /// Whether nothing more will be done.
    package var isFinal: Bool { self == .delivered || self == .failed }
}

/// How quickly the endpoint of a lane answered last; the raw values are stored.
///
/// Those that keep a sender waiting have fewer places, so that they never take all of them.
package enum EndpointSpeed: Int, CaseIterable, Sendable {
    /// Nothing is known yet.
    case fresh = 0
    case steady = 1
    case slow = 2
}
