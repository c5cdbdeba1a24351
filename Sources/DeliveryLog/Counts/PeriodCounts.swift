/// The callbacks of one company in one period.
package struct PeriodCounts: Sendable {
    /// The callbacks with the same endpoint, channel, outcome and reason.
    package struct Line: Hashable, Sendable {
        package var endpoint: Endpoint
        /// The title of the profile, from the gateway or a record.
        package var title: String?
        package var channel: String?
        package var outcome: Outcome
        /// The reason, or `nil` if and only if they were delivered.
        package var reason: Reason?
        package var count: Int

        package init(
            endpoint: Endpoint, title: String?, channel: String?, outcome: Outcome,
            reason: Reason?, count: Int
        ) {
            self.endpoint = endpoint
            self.title = title
            self.channel = channel
            self.outcome = outcome
            self.reason = reason
            self.count = count
        }
    }

    /// The lines in any order, each combination once.
    package var lines: [Line] = []
    /// The durations of delivered callbacks, if recorded.
    package var latency = Histogram()

    package init() {}

    package var tally: Tally {
        lines.reduce(into: Tally()) { $0[$1.outcome] += $1.count }
    }
}
