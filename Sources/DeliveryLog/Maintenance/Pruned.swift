/// The result of pruning the log.
package struct Pruned: Hashable, Sendable {
    /// The number of deleted attempts.
    package var attempts = 0
    /// The number of older callbacks that were kept, because they have not finished or the gateway
    /// can send them again.
    package var kept = 0

    package init(attempts: Int = 0, kept: Int = 0) {
        self.attempts = attempts
        self.kept = kept
    }
}
