import DeliveryLog

/// The dimensions of counts, in addition to company and time.
struct CountKey: Hashable {
    /// See ``EndpointNumber``.
    var endpoint: Int64
    /// The label of the channel, or 0 for none.
    var channel: Int64
    var outcome: Outcome
    var reason: Reason?
}

extension CountKey {
    /// The outcome and the reason as one number.
    var kind: UInt64 {
        UInt64(outcome.rawValue) * 16 + UInt64(reason.map { $0.rawValue + 1 } ?? 0)
    }

    /// Decodes an outcome and a reason. Returns `nil` if the number is not valid.
    static func parts(ofKind kind: UInt64) -> (outcome: Outcome, reason: Reason?)? {
        guard kind < 64, let outcome = Outcome(rawValue: Int(kind / 16)) else { return nil }
        guard kind % 16 > 0 else { return (outcome, nil) }
        guard let reason = Reason(rawValue: Int(kind % 16) - 1) else { return nil }
        return (outcome, reason)
    }
}
