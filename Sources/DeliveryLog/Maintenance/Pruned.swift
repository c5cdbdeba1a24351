/// What pruning the log did.
package struct Pruned: Hashable, Sendable {
    /// Attempts that were dropped.
    package var attempts = 0
    /// Older callbacks that stay: they are not over, or the gateway can send them again.
    package var kept = 0

    package init(attempts: Int = 0, kept: Int = 0) {
        self.attempts = attempts
        self.kept = kept
    }
}
