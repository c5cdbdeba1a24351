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
    /// Why the period has no callbacks, or none for an unusually long time at its end. Nil otherwise.
    package var quiet: Quiet?
    /// Times without records of any company that are unusually long and ended within the period,
    /// oldest first.
    package var silences: [Period]
    /// When the company's first callback finished, if that was within the period.
    package var logBegins: Instant?
    /// The periods of earlier reports that could not be delivered to all recipients.
    package var expired: [Period]
    /// The profiles that the gateway had disabled by the end of the period.
    package var disabled: [DisabledProfile]
    /// Attempts that are hidden by an attempt at another endpoint with the same callback ID.
    package var shared: SharedCallbacks
    /// What is missing because attempts were pruned, or nil if nothing is.
    package var pruned: Pruned?
    /// The URL of the page with the company's callbacks, or nil if the gateway has no public URL.
    package var page: String?
    /// The path of the configuration file, if commands that the report names need `--config`.
    package var configuration: String?
    /// The release of the tz database, such as `2026f`, or nil if it is unknown.
    package var tzVersion: String?

    package init(
        number: Int? = nil, nextDue: Instant? = nil, hasUnusualLength: Bool = false,
        quiet: Quiet? = nil, silences: [Period] = [], logBegins: Instant? = nil,
        expired: [Period] = [],
        disabled: [DisabledProfile] = [], shared: SharedCallbacks = SharedCallbacks(),
        pruned: Pruned? = nil, page: String? = nil, configuration: String? = nil,
        tzVersion: String? = nil
    ) {
        self.number = number
        self.nextDue = nextDue
        self.hasUnusualLength = hasUnusualLength
        self.quiet = quiet
        self.silences = silences
        self.logBegins = logBegins
        self.expired = expired
        self.disabled = disabled
        self.shared = shared
        self.pruned = pruned
        self.page = page
        self.configuration = configuration
        self.tzVersion = tzVersion
    }

    /// What a report lacks because attempts were pruned. The counts of whole quarter hours are kept.
    package struct Pruned: Hashable, Sendable {
        /// The pruning limit. Attempts of callbacks that ended before are deleted.
        package var before: Instant
        /// The number of failed callbacks of the period that cannot be listed any more.
        package var failed: Int
        /// Whether callbacks at an end of the period are not counted, because it is within a quarter
        /// hour.
        package var lacksEnds: Bool
        /// Whether callbacks are not counted that were tried again after the time of the report.
        package var lacksRetried: Bool

        package init(
            before: Instant, failed: Int, lacksEnds: Bool = false, lacksRetried: Bool = false
        ) {
            self.before = before
            self.failed = failed
            self.lacksEnds = lacksEnds
            self.lacksRetried = lacksRetried
        }
    }

    /// Why a period, or its end, is empty.
    package enum Quiet: Hashable, Sendable {
        /// The log has records up to the end, but this company had no callbacks.
        case noCallbacks
        /// The log has no records since a time, or none from then until the first record after the
        /// period. The four weeks before had a gap of about this length, so nothing may be wrong.
        case usualGap(since: Instant, until: Instant? = nil)
        /// The same for a gap that is longer than any in the four weeks before, but not unusual.
        case longGap(since: Instant, until: Instant? = nil)
        /// The same for an unusual gap (see `UsualActivity`).
        case silent(since: Instant, until: Instant? = nil)
        /// The log has no record from before the end of the period.
        case neverAny
    }
}
