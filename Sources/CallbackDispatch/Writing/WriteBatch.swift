import CivilTime
import Storage
import StorageErrors

/// The work for one write transaction.
struct WriteBatch: Sendable {
    /// Attempts that have ended.
    var finished: [FinishedAttempt] = []
    /// Claims to release without an attempt.
    var unused: [Claim] = []
    /// Callbacks in flight whose leases are renewed.
    var renewed: [Int64] = []
    /// How many callbacks may be claimed, or `nil` to claim none.
    var room: ClaimBudget?
    /// Identifies the claims of this dispatcher.
    var owner: Int64
    var now: Instant
    /// Callbacks due after this time are not claimed.
    var dueBy: Instant

    /// When the leases that are set or renewed by this batch expire.
    var leaseUntil: Instant { now.advanced(seconds: CallbackQueue.leaseSeconds) }
}

/// The result of a write batch.
struct WriteResult: Sendable {
    /// The new claims.
    var claims: [Claim] = []
    /// The profiles that were disabled.
    var disabled: [DispatchEvent] = []
    /// Attempts that cannot be recorded although the file is writable.
    var unwritable: [(attempt: FinishedAttempt, error: StorageError)] = []
}
