package import CivilTime
package import DeliveryLog

/// The contents of a report in addition to its figures.
package struct Notes: Hashable, Sendable {
    /// The number of the report for this company and frequency, counted from 1. Nil if the report
    /// is not part of a series.
    package var number: Int?
    /// When the next report of the series is due.
    package var nextDue: Instant?
    /// Whether the schedule has changed since the previous report, so that the period is longer or
    /// shorter than usual.
    package var hasUnusualLength: Bool
    /// Why the period has no callbacks, or none for a day at its end. Nil otherwise.
    package var quiet: Quiet?
    /// When the company's first callback finished, if that was within the period.
    package var logBegins: Instant?
    /// The periods of earlier reports that could not be delivered to all recipients.
    package var expired: [Period]
    /// The profiles that the gateway had disabled by the end of the period.
    package var disabled: [DisabledProfile]
    /// Attempts that are hidden by an attempt at another endpoint with the same callback ID.
    package var shared: SharedCallbacks
    /// The URL of the page with the company's callbacks, or nil if the gateway has no public URL.
    package var page: String?
    /// The path of the configuration file, if commands that the report names need `--config`.
    package var configuration: String?
    /// The release of the tz database, such as `2026f`, or nil if it is unknown.
    package var tzVersion: String?

    package init(
        number: Int? = nil, nextDue: Instant? = nil, hasUnusualLength: Bool = false,
        quiet: Quiet? = nil, logBegins: Instant? = nil, expired: [Period] = [],
        disabled: [DisabledProfile] = [], shared: SharedCallbacks = SharedCallbacks(),
        page: String? = nil, configuration: String? = nil, tzVersion: String? = nil
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
        self.configuration = configuration
        self.tzVersion = tzVersion
    }

    /// Why a period, or its end, is empty.
    package enum Quiet: Hashable, Sendable {
        /// The log received other records, but this company had no callbacks.
        case noCallbacks
        /// The log has received no records since this time. That is longer than any gap in the four
        /// weeks before.
        case silent(since: Instant)
        /// The log has no record from before the end of the period.
        case neverAny
    }
}
