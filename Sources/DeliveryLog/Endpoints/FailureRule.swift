package import CivilTime

/// When an endpoint counts as failing: the one rule, for reports and for alerts.
///
/// One failed callback is no outage. An endpoint is failing when most of its recent callbacks do
/// not get through, or when nothing at all has got through for a while.
package struct FailureRule: Hashable, Sendable {
    /// How many recent callbacks must be undelivered at least, failed or retrying.
    package var minimumCallbacks = 10
    /// The share of recent callbacks that a working endpoint delivers.
    package var deliveredShare = 0.5
    /// How many callbacks must have been tried since the last delivery at least.
    package var minimumTried = 3
    /// How long ago the first of these attempts must be at least, in milliseconds.
    package var minimumDuration: Int64 = 15 * 60_000

    package init() {}

    /// Whether an endpoint is failing at an instant.
    ///
    /// - Parameter now: at this instant the situation was looked at.
    package func isFailing(_ situation: EndpointSituation, at now: Instant) -> Bool {
        deliversTooFew(situation.recent) || isDown(situation.undelivered, at: now)
    }

    private func deliversTooFew(_ recent: Tally) -> Bool {
        recent.failed + recent.retrying >= minimumCallbacks
            && Double(recent.delivered) < deliveredShare * Double(recent.callbacks)
    }

    private func isDown(_ run: UndeliveredRun?, at now: Instant) -> Bool {
        guard let run, run.callbacks >= minimumTried else { return false }
        return now.milliseconds - run.since.milliseconds >= minimumDuration
    }

    /// The span whose callbacks are recent: the quarter hour that an instant ends, or lies in,
    /// and the one before.
    package func recentPeriod(at now: Instant) -> Period {
        let quarter = BucketSize.quarterHour.start(of: now.advanced(milliseconds: -1))
        let start = quarter.advanced(milliseconds: -BucketSize.quarterHour.length)
        return Period(start: start, end: now)
    }
}

/// What is known of an endpoint at an instant.
package struct EndpointSituation: Hashable, Sendable {
    /// Callbacks whose latest attempt finished in the current or the previous quarter hour.
    package var recent: Tally
    /// The attempts since the last one that was delivered; nil when that was the last of all.
    package var undelivered: UndeliveredRun?

    package init(recent: Tally = Tally(), undelivered: UndeliveredRun? = nil) {
        self.recent = recent
        self.undelivered = undelivered
    }
}

/// Attempts of an endpoint without a delivered one among them.
package struct UndeliveredRun: Hashable, Sendable {
    /// When the first one finished.
    package var since: Instant
    /// How many callbacks were tried; counting may stop at the number that a rule asks for.
    package var callbacks: Int

    package init(since: Instant, callbacks: Int) {
        self.since = since
        self.callbacks = callbacks
    }
}
