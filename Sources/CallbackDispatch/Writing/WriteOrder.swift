import CivilTime
import SQLite

/// What is to be written in one transaction.
struct WriteOrder: Sendable {
    /// Attempts that are over.
    var finished: [FinishedAttempt] = []
    /// Claims to be given back.
    var unused: [Claim] = []
    /// Callbacks in flight whose leases are renewed.
    var renewed: [Int64] = []
    /// What may be taken; nil when nothing is to be.
    var room: ClaimBudget?
    /// Identifies the claims of this dispatcher.
    var owner: Int64
    var now: Instant
    /// What is due later is not taken.
    var dueBy: Instant

    /// The end of the leases that are taken or renewed.
    var leaseUntil: Instant { now.advanced(seconds: CallbackQueue.leaseSeconds) }
}

/// What came of an order.
struct Written: Sendable {
    /// What was taken.
    var claims: [Claim] = []
    /// The profiles that were disabled.
    var disabled: [DispatchEvent] = []
    /// Attempts that cannot be written, though the file can be.
    var unwritable: [(attempt: FinishedAttempt, error: DatabaseError)] = []
}
