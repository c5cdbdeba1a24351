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

    /// The share of delivered callbacks among finished ones, from 0 to 1, or `nil` if none has
    /// finished.
    package var deliveryRate: Double? {
        let over = delivered + failed
        return over == 0 ? nil : Double(delivered) / Double(over)
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
