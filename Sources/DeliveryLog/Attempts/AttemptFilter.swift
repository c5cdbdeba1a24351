package import CivilTime

/// Selects attempts of one company. `nil` matches any value.
package struct AttemptFilter: Hashable, Sendable {
    package var company: String
    package var callbackID: String?
    package var profileID: String?
    package var channel: String?
    package var outcome: Outcome?
    package var reason: Reason?
    /// The lower bound of the finishing time, inclusive.
    package var start: Instant?
    /// The upper bound of the finishing time, exclusive.
    package var end: Instant?

    package init(company: String) {
        self.company = company
    }
}
