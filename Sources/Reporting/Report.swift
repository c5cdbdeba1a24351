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
    /// The earlier periods whose reports were skipped since the last report, latest first, as of
    /// now. Each is in one report of the series.
    package var skipped: [Comparison]
    /// The number of callbacks that were last tried in the week before the period and are still
    /// retrying. See ``weekBefore(_:)``.
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
        earlierCorrections: [Corrections] = [], skipped: [Comparison] = [],
        earlierRetrying: Int = 0, notes: Notes,
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
        self.skipped = skipped
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

    /// Returns the week before the start of a period.
    package static func weekBefore(_ start: Instant) -> Period {
        Period(start: start.advanced(seconds: -7 * 86_400), end: start)
    }

    /// The number of failed callbacks of periods whose reports were skipped.
    package var skippedFailures: Int { skipped.reduce(0) { $0 + $1.totals.failed } }

    /// The endpoints of ``troubled``, for lookup.
    package var troubledByEndpoint: [Endpoint: TroubledEndpoint] {
        Dictionary(troubled.map { ($0.endpoint, $0) }) { first, _ in first }
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
