package import CivilTime

/// What the ledger knows of the reports of one company and frequency.
package struct SeriesState: Hashable, Sendable {
    /// When the run started that first saw the frequency enabled since it was last off.
    package var countingSince: Instant
    /// The end of the last period that is recorded, sent or skipped; nil when none is.
    package var lastOccurrence: Instant?

    package init(countingSince: Instant, lastOccurrence: Instant? = nil) {
        self.countingSince = countingSince
        self.lastOccurrence = lastOccurrence
    }
}
