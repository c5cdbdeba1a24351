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
