package import DeliveryLog

/// A bar with a segment per outcome. Lengths are whole units.
package struct Bar {
    package private(set) var delivered = 0
    package private(set) var retrying = 0
    package private(set) var failed = 0

    /// Creates a bar of `length` units. Every outcome with callbacks gets at least one unit if
    /// possible.
    package init(_ tally: Tally, length: Int) {
        guard tally.callbacks > 0 else { return }
        failed = Self.length(tally.failed, of: tally.callbacks, longest: length)
        retrying = min(
            Self.length(tally.retrying, of: tally.callbacks, longest: length), length - failed)
        delivered = length - failed - retrying
        // The other two segments are rounded up, so only the delivered segment can become empty.
        guard tally.delivered > 0, delivered == 0, length > 1 else { return }
        delivered = 1
        if failed > 1 { failed -= 1 } else { retrying -= 1 }
    }

    /// Returns the length of a segment, which is at least one if the part is not zero.
    package static func length(_ part: Int, of whole: Int, longest: Int) -> Int {
        guard part > 0, whole > 0 else { return 0 }
        return max(1, Int((Double(part) / Double(whole) * Double(longest)).rounded()))
    }
}
