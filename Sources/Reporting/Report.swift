package import CivilTime
package import DeliveryLog

/// The contents of a report, as plain values without layout.
///
/// Instants are in UTC. Layouts convert them to ``zone``.
package struct Report: Sendable {
    package var company: Company
    /// Nil for a custom period.
    package var frequency: Frequency?
    package var period: Period
    /// The time of the report if the period has not ended by then. Nil for a complete period.
    package var unfinishedAt: Instant?
    package var totals: Tally
    /// The previous period, or nil if the log does not cover it.
    package var previous: Comparison?
    /// The average of the last four periods of this frequency that the log covers, or nil if it
    /// covers none.
    package var average: Average?
    /// The endpoints, sorted by failed callbacks, then delivered callbacks, then name. Channels and
    /// reasons use the same order.
    package var endpoints: [EndpointLine]
    /// The endpoints with a failed attempt in the period, even if they have no line. Also the
    /// endpoints that were failing before and received no callback since. The one that has been failing for longest comes
    /// first.
    package var troubled: [TroubledEndpoint]
    package var channels: [ChannelLine]
    /// The reasons of failed callbacks. Callbacks that are still retrying are not included.
    package var reasons: [ReasonLine]
    /// Bars of an hour for a daily report, or of a day otherwise. The first bar is the start of the
    /// period, or the bar in which the log begins. The last one ends with ``covered``.
    package var timeline: [TimelineBar]
    /// The durations of delivered callbacks, or nil if no duration was recorded.
    package var latency: Latency?
    /// The number of callbacks that had failed by the end of the previous period and have been
    /// delivered since.
    package var recovered: Int
    /// The changes to the previous report by late records, or nil if there are none.
    package var corrections: Corrections?
    /// The changes to reports before that by late records, latest period first. Each change is in
    /// one report of the series.
    package var earlierCorrections: [Corrections]
    /// The number of callbacks that were last tried in the week before the period and are still
    /// retrying.
    package var earlierRetrying: Int
    /// The information for the notes and the footer of the report.
    package var notes: Notes
    /// The endpoints that were failing at the end of the period, longest first.
    package var failing: [TroubledEndpoint] { troubled.filter(\.isFailing) }
    /// The company's time zone.
    package var zone: TimeZoneRules

    package init(
        company: Company, frequency: Frequency?, period: Period, unfinishedAt: Instant? = nil,
        totals: Tally,
        previous: Comparison?, average: Average?, endpoints: [EndpointLine],
        troubled: [TroubledEndpoint], channels: [ChannelLine], reasons: [ReasonLine],
        timeline: [TimelineBar],
        latency: Latency?, recovered: Int, corrections: Corrections?,
        earlierCorrections: [Corrections] = [], earlierRetrying: Int = 0, notes: Notes,
        zone: TimeZoneRules
    ) {
        self.company = company
        self.frequency = frequency
        self.period = period
        self.unfinishedAt = unfinishedAt
        self.totals = totals
        self.previous = previous
        self.average = average
        self.endpoints = endpoints
        self.troubled = troubled
        self.channels = channels
        self.reasons = reasons
        self.timeline = timeline
        self.latency = latency
        self.recovered = recovered
        self.corrections = corrections
        self.earlierCorrections = earlierCorrections
        self.earlierRetrying = earlierRetrying
        self.notes = notes
        self.zone = zone
    }

    /// All changes to earlier reports by late records, latest period first.
    package var allCorrections: [Corrections] {
        (corrections.map { [$0] } ?? []) + earlierCorrections
    }

    /// The number of failed callbacks of earlier periods that their reports did not contain.
    package var lateFailures: Int { allCorrections.reduce(0) { $0 + $1.lateFailures } }

    /// Whether callbacks to an endpoint failed in the period but its last attempt was delivered.
    package func isDeliveringAgain(_ line: EndpointLine) -> Bool {
        guard line.tally.failed > 0, line.tally.delivered > 0 else { return false }
        let state = troubled.first { $0.endpoint == line.endpoint }
        return state.map { !$0.isFailing && $0.since == nil } ?? false
    }

    /// How much of a period is in the past.
    package enum Progress: Hashable, Sendable {
        case notBegun
        case ongoing
        case ended
    }

    package var progress: Progress { period.progress(at: unfinishedAt) }

    /// The part of the period that the figures are about. It ends at the time of the report if the
    /// period is ongoing, and is empty if the period has not begun.
    package var covered: Period { period.covered(at: unfinishedAt) }
}

extension Period {
    /// - Parameter unfinishedAt: As in ``Report``.
    func progress(at unfinishedAt: Instant?) -> Report.Progress {
        guard let now = unfinishedAt else { return .ended }
        return now > start ? .ongoing : .notBegun
    }

    /// - Parameter unfinishedAt: As in ``Report``.
    func covered(at unfinishedAt: Instant?) -> Period {
        guard let now = unfinishedAt else { return self }
        return Period(start: start, end: min(max(now, start), end))
    }
}

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
        quiet: Quiet? = nil, logBegins: Instant? = nil, expired: [Period] = [],
        disabled: [DisabledProfile] = [], shared: SharedCallbacks = SharedCallbacks(),
        pruned: Pruned? = nil, page: String? = nil, configuration: String? = nil,
        tzVersion: String? = nil
    ) {
        self.number = number
        self.nextDue = nextDue
        self.hasUnusualLength = hasUnusualLength
        self.quiet = quiet
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
        /// period. The four weeks before had a gap of this length, so nothing may be wrong.
        case usualGap(since: Instant, until: Instant? = nil)
        /// The same for a gap that is longer than any in the four weeks before.
        case silent(since: Instant, until: Instant? = nil)
        /// The log has no record from before the end of the period.
        case neverAny
    }
}

/// The company that a report is for.
package struct Company: Hashable, Sendable {
    package var sid: String
    package var name: String
    /// The name in the tz database.
    package var timeZone: String

    package init(sid: String, name: String, timeZone: String) {
        self.sid = sid
        self.name = name
        self.timeZone = timeZone
    }
}

/// The totals of another period, for comparison.
package struct Comparison: Hashable, Sendable {
    package var period: Period
    package var totals: Tally

    package init(period: Period, totals: Tally) {
        self.period = period
        self.totals = totals
    }
}

/// The mean of several periods.
package struct Average: Hashable, Sendable {
    /// The number of periods, from 1 to 4.
    package var periods: Int
    /// The sums of the periods. Divide them by ``periods`` for the mean.
    package var sums: Tally

    package init(periods: Int, sums: Tally) {
        self.periods = periods
        self.sums = sums
    }

    package func mean(_ outcome: Outcome) -> Double { Double(sums[outcome]) / Double(periods) }
}

/// The callbacks of an endpoint.
package struct EndpointLine: Hashable, Sendable {
    package var endpoint: Endpoint
    /// The title from the configuration, the gateway or a record.
    package var title: String?
    package var tally: Tally

    package init(endpoint: Endpoint, title: String?, tally: Tally) {
        self.endpoint = endpoint
        self.title = title
        self.tally = tally
    }
}

/// The callbacks of a channel.
package struct ChannelLine: Hashable, Sendable {
    /// Nil for callbacks that were recorded without a channel.
    package var channel: String?
    package var tally: Tally

    package init(channel: String?, tally: Tally) {
        self.channel = channel
        self.tally = tally
    }
}

/// The number of failed callbacks with the same reason.
package struct ReasonLine: Hashable, Sendable {
    package var reason: Reason
    package var count: Int

    package init(reason: Reason, count: Int) {
        self.reason = reason
        self.count = count
    }
}

/// The callbacks of an hour or a day.
package struct TimelineBar: Hashable, Sendable {
    package var start: Instant
    package var end: Instant
    package var tally: Tally

    package init(start: Instant, end: Instant, tally: Tally) {
        self.start = start
        self.end = end
        self.tally = tally
    }
}

/// Percentiles of the duration of delivered callbacks, in milliseconds.
package struct Latency: Hashable, Sendable {
    package var p50: Int
    package var p95: Int
    package var p99: Int

    package init(p50: Int, p95: Int, p99: Int) {
        self.p50 = p50
        self.p95 = p95
        self.p99 = p99
    }
}

/// The figures of an earlier report, and what they would be now.
///
/// Callbacks that were retried after the end of that period do not count as corrections.
package struct Corrections: Hashable, Sendable {
    package var period: Period
    package var reported: Tally
    package var now: Tally

    package init(period: Period, reported: Tally, now: Tally) {
        self.period = period
        self.reported = reported
        self.now = now
    }

    /// The number of failed callbacks that the report did not contain.
    package var lateFailures: Int { max(0, now.failed - reported.failed) }
}

/// What earlier reports of a series described, and how it has changed.
package struct ReportHistory: Hashable, Sendable {
    /// The period of the last report.
    package var lastPeriod: Period
    /// The changes by late records, latest period first.
    package var corrections: [Corrections]
    /// The current state of the periods whose attempts have changed. If a report is recorded with
    /// them, no later report describes the same corrections.
    package var revised: [ReportedPeriod]

    /// The number of failed callbacks that the reports did not contain.
    package var lateFailures: Int { corrections.reduce(0) { $0 + $1.lateFailures } }
}

/// The parameters of a report.
package struct ReportRequest: Sendable {
    package var company: Company
    package var zone: TimeZoneRules
    /// Nil for a custom period.
    package var schedule: Schedule?
    package var period: Period
    /// The current time. If the period has not ended, the report covers it up to this time.
    package var now: Instant
    /// Whether the report shows the log as it was at ``now``, without attempts that finished later.
    package var isAsOfNow: Bool
    /// Titles of endpoints by profile ID or origin. They take precedence over the titles in the
    /// log.
    package var titles: [String: String]
    /// The earlier reports of the series, or nil if there are none.
    package var history: ReportHistory?
    /// Information about the report that is not in the log. The builder sets ``Notes/quiet``,
    /// ``Notes/logBegins``, ``Notes/pruned``, ``Notes/disabled`` and ``Notes/hasUnusualLength`` itself.
    package var notes: Notes

    package init(
        company: Company, zone: TimeZoneRules, schedule: Schedule?, period: Period,
        now: Instant, isAsOfNow: Bool = false, titles: [String: String] = [:],
        history: ReportHistory? = nil,
        notes: Notes = Notes()
    ) {
        self.company = company
        self.zone = zone
        self.schedule = schedule
        self.period = period
        self.now = now
        self.isAsOfNow = isAsOfNow
        self.titles = titles
        self.history = history
        self.notes = notes
    }

    /// The current time if the period has not ended, in whole seconds so that a report can state
    /// it exactly. The current second counts as past.
    var unfinishedAt: Instant? { wholeSecond < period.end ? wholeSecond : nil }

    /// The time as of which the log is read, or nil to use all attempts.
    var asOf: Instant? { isAsOfNow ? max(wholeSecond, covered.end) : nil }

    private var wholeSecond: Instant { now.advanced(milliseconds: 999).rounded(downTo: 1_000) }

    /// See ``Report/covered``.
    var covered: Period { period.covered(at: unfinishedAt) }
    var hasBegun: Bool { period.progress(at: unfinishedAt) != .notBegun }
}
