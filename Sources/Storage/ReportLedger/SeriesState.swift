package import CivilTime

/// What the ledger knows of the reports of one company and frequency.
package struct SeriesState: Hashable, Sendable {
    /// The start of the first run that found the series enabled since it was last disabled.
    package var countingSince: Instant
    /// The end of the last recorded period, whether sent or skipped; nil if there is none.
    package var lastOccurrence: Instant?

    package init(countingSince: Instant, lastOccurrence: Instant? = nil) {
        self.countingSince = countingSince
        self.lastOccurrence = lastOccurrence
    }
}
