package import DeliveryLog

/// A bar whose parts are the outcomes of callbacks; lengths are whole units.
package struct Bar {
    package private(set) var delivered = 0
    package private(set) var retrying = 0
    package private(set) var failed = 0

    /// Parts of a bar of `length` units; what happened at all gets a unit where there is room.
    package init(_ tally: Tally, length: Int) {
        guard tally.callbacks > 0 else { return }
        failed = Self.length(tally.failed, of: tally.callbacks, longest: length)
        retrying = min(
            Self.length(tally.retrying, of: tally.callbacks, longest: length), length - failed)
        delivered = length - failed - retrying
        // The other two are rounded up, so that delivered callbacks alone could vanish.
        guard tally.delivered > 0, delivered == 0, length > 1 else { return }
        delivered = 1
        if failed > 1 { failed -= 1 } else { retrying -= 1 }
    }

    /// The length that stands for a part, at least one where it is not nothing.
    package static func length(_ part: Int, of whole: Int, longest: Int) -> Int {
        guard part > 0, whole > 0 else { return 0 }
        return max(1, Int((Double(part) / Double(whole) * Double(longest)).rounded()))
    }
}
