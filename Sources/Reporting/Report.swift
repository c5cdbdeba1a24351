package import CivilTime
package import DeliveryLog
package import Scheduling

/// What one report says: plain values, ready to be laid out.
///
/// Instants are UTC; layouts show them in ``zone``.
package struct Report: Sendable {
    package var company: Company
    /// nil for a period that somebody chose by hand.
    package var frequency: Frequency?
    package var period: Period
    package var totals: Tally
    /// The period before; nil when the log does not cover it.
    package var previous: Comparison?
    /// The last four periods of this kind, without those that the log does not cover; nil when
    /// it covers none.
    package var average: Average?
    /// Most failed first, then most delivered, then by name; so are the channels and reasons.
    package var endpoints: [EndpointLine]
    /// The endpoints to which a callback was sent in vain in the period, also such without a
    /// line: the one that has failed for longest first.
    package var troubled: [TroubledEndpoint]
    package var channels: [ChannelLine]
    /// Why callbacks failed; those still retrying are not among them.
    package var reasons: [ReasonLine]
    /// Hours of a day, else days: from the start of the period, or from the bar in which the log
    /// begins.
    package var timeline: [TimelineBar]
    /// How long delivered callbacks took; nil when no duration was recorded.
    package var latency: Latency?
    /// Callbacks of the period before that had failed by its end and are delivered by now.
    package var recovered: Int
    /// nil when records that came late changed nothing.
    package var corrections: Corrections?
    /// What only the foot and the notes of the report say.
    package var notes: Notes
    /// The endpoints that were failing at the end of the period, longest first.
    package var failing: [TroubledEndpoint] { troubled.filter(\.isFailing) }
    /// The rules of the company's time zone.
    package var zone: TimeZoneRules

    package init(
        company: Company, frequency: Frequency?, period: Period, totals: Tally,
        previous: Comparison?, average: Average?, endpoints: [EndpointLine],
        troubled: [TroubledEndpoint], channels: [ChannelLine], reasons: [ReasonLine],
        timeline: [TimelineBar],
        latency: Latency?, recovered: Int, corrections: Corrections?, notes: Notes,
        zone: TimeZoneRules
    ) {
        self.company = company
        self.frequency = frequency
        self.period = period
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
        self.notes = notes
        self.zone = zone
    }
}
