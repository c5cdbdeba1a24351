/// The number of callbacks by outcome.
package struct Tally: Hashable, Sendable {
    package var delivered: Int
    package var failed: Int
    package var retrying: Int

    package init(delivered: Int = 0, failed: Int = 0, retrying: Int = 0) {
        self.delivered = delivered
        self.failed = failed
        self.retrying = retrying
    }

    /// The total: delivered, failed and retrying.
    package var callbacks: Int { delivered + failed + retrying }

    /// The share of delivered callbacks among finished ones, from 0 to 1, or `nil` if it is unknown.
    ///
    /// It is unknown if no callback has finished, or if none has failed and some are still retrying:
    /// a rate of 1 would be uncertain until the last retry has ended. Every output uses this rule.
    package var deliveryRate: Double? {
        let over = delivered + failed
        guard over > 0, failed > 0 || retrying == 0 else { return nil }
        return Double(delivered) / Double(over)
    }

    package subscript(outcome: Outcome) -> Int {
        get {
            switch outcome {
            case .delivered: delivered
            case .failed: failed
            case .retrying: retrying
            }
        }
        set {
            switch outcome {
            case .delivered: delivered = newValue
            case .failed: failed = newValue
            case .retrying: retrying = newValue
            }
        }
    }

    package static func += (left: inout Tally, right: Tally) {
        left.delivered += right.delivered
        left.failed += right.failed
        left.retrying += right.retrying
    }
}
