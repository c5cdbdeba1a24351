package import CivilTime

/// Which attempts of one company are wanted; nil means any.
package struct AttemptFilter: Hashable, Sendable {
    package var company: String
    package var callbackID: String?
    package var profileID: String?
    package var channel: String?
    package var outcome: Outcome?
    package var reason: Reason?
    /// When they finished: at this instant or later.
    package var start: Instant?
    /// Before this instant.
    package var end: Instant?

    package init(company: String) {
        self.company = company
    }
}
