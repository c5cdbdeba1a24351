import CivilTime

/// What is to be written in one transaction.
struct WriteOrder: Sendable {
    /// Attempts that are over.
    var finished: [FinishedAttempt] = []
    /// Claims to be given back.
    var unused: [Claim] = []
    /// What may be taken; nil when nothing is to be.
    var room: Holdings?
    /// Tells this dispatcher's claims from those of any other.
    var owner: Int64
    var now: Instant
    /// What is due later is not taken.
    var dueBy: Instant
}

/// What came of an order.
struct Written: Sendable {
    /// What was taken.
    var claims: [Claim]
    /// The profiles that were disabled.
    var disabled: [DispatchEvent] = []
}
