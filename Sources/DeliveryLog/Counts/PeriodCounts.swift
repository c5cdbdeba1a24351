/// The callbacks of one company in one period.
package struct PeriodCounts: Sendable {
    /// Callbacks of one endpoint and channel that ended in one way.
    package struct Line: Hashable, Sendable {
        package var endpoint: Endpoint
        /// The profile's title, where the gateway or a record gave it one.
        package var title: String?
        package var channel: String?
        package var outcome: Outcome
        /// nil exactly when they were delivered.
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

    /// In no order, each combination once.
    package var lines: [Line] = []
    /// How long the delivered callbacks took, those with a recorded duration.
    package var latency = Histogram()

    package init() {}

    package var tally: Tally {
        lines.reduce(into: Tally()) { $0[$1.outcome] += $1.count }
    }
}
