package import CivilTime
package import DeliveryLog

/// What a report says beside its figures.
package struct Notes: Hashable, Sendable {
    /// Counted from 1 within company and frequency; nil when the report is none of a series.
    package var number: Int?
    /// When the next report of the series is due.
    package var nextDue: Instant?
    /// Whether the schedule was changed since the report before, so that the period is longer
    /// or shorter than its frequency makes it.
    package var hasUnusualLength: Bool
    /// Set when the period has no callbacks.
    package var quiet: Quiet?
    /// When the company's first callback finished, where that was within the period.
    package var logBegins: Instant?
    /// Earlier reports of the series that never reached somebody, by their period.
    package var expired: [Period]
    /// Profiles that the gateway has disabled by the end of the period.
    package var disabled: [DisabledProfile]
    /// Attempts of the period that one at another endpoint hides, because their callbacks share an id.
    package var shared: SharedCallbacks
    /// The page on which the company's callbacks are; nil where the gateway has no public URL.
    package var page: String?
    /// Release of the tz database, such as `2026f`; nil where the system does not tell.
    package var tzVersion: String?

    package init(
        number: Int? = nil, nextDue: Instant? = nil, hasUnusualLength: Bool = false,
        quiet: Quiet? = nil, logBegins: Instant? = nil, expired: [Period] = [],
        disabled: [DisabledProfile] = [], shared: SharedCallbacks = SharedCallbacks(),
        page: String? = nil, tzVersion: String? = nil
    ) {
        self.number = number
        self.nextDue = nextDue
        self.hasUnusualLength = hasUnusualLength
        self.quiet = quiet
        self.logBegins = logBegins
        self.expired = expired
        self.disabled = disabled
        self.shared = shared
        self.page = page
        self.tzVersion = tzVersion
    }

    /// What an empty period means.
    package enum Quiet: Hashable, Sendable {
        /// Other records came in; this company just had none.
        case noCallbacks
        /// The whole log has had no record since then, longer than in the four weeks before.
        case silent(since: Instant)
        /// The log has never had a record.
        case neverAny
    }
}
