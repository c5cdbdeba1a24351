package import CivilTime
package import DeliveryLog

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

    /// Returns whether callbacks failed in the period but the last attempt was delivered.
    ///
    /// - Parameter troubled: The endpoint in ``Report/troubled``, or nil if it is not there.
    package func isDeliveringAgain(_ troubled: TroubledEndpoint?) -> Bool {
        guard let troubled, tally.failed > 0, tally.delivered > 0 else { return false }
        return !troubled.isFailing && troubled.since == nil
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
    /// The last period before, even if its report was skipped.
    package var lastPeriod: Period
    /// The period of the last report, or nil if all were skipped.
    package var lastReported: Period?
    /// The changes by late records, latest period first.
    package var corrections: [Corrections] = []
    /// The periods whose reports were skipped since the last report, latest first, as of now.
    package var skipped: [Comparison] = []
    /// The current state of the periods whose attempts have changed, and of ``skipped``. If a report
    /// is recorded with them, no later report describes the same corrections.
    package var revised: [ReportedPeriod] = []
    /// The callbacks of all known periods as of their ends.
    package var standings: [Period: Tally] = [:]

    package init(lastPeriod: Period, lastReported: Period? = nil) {
        self.lastPeriod = lastPeriod
        self.lastReported = lastReported
    }

    /// The number of failed callbacks that no report contained.
    package var unreportedFailures: Int {
        corrections.reduce(0) { $0 + $1.lateFailures }
            + skipped.reduce(0) { $0 + $1.totals.failed }
    }
}
