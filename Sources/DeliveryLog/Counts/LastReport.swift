package import CivilTime

/// The figures of a report that was sent, for comparison with later ones.
package struct LastReport: Hashable, Sendable {
    package var period: Period
    /// The state of the callbacks at the end of the period, as reported.
    package var standing: Tally

    package init(period: Period, standing: Tally) {
        self.period = period
        self.standing = standing
    }
}
