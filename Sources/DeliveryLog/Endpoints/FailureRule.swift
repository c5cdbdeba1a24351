package import CivilTime

/// The rule that decides whether an endpoint is failing. Reports and alerts share it.
///
/// One failed callback is not an outage. An endpoint is failing if most of its recent callbacks are
/// not delivered, or if nothing at all was delivered for a while.
package struct FailureRule: Hashable, Sendable {
    /// The minimum number of recent callbacks that are undelivered, either failed or retrying.
    package var minimumCallbacks = 10
    /// The share of recent callbacks that a working endpoint delivers.
    package var deliveredShare = 0.5
    /// The minimum number of callbacks that were tried since the last delivery.
    package var minimumTried = 3
    /// The minimum time since the first of these attempts, in milliseconds.
    package var minimumDuration: Int64 = 15 * 60_000

    package init() {}

    /// Returns whether an endpoint is failing.
    ///
    /// - Parameters:
    ///   - situation: What is known about the endpoint.
    ///   - now: The time at which the situation was determined.
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

    /// Returns the period of recent callbacks: the quarter hour that contains or ends at an
    /// instant, and the one before.
    package func recentPeriod(at now: Instant) -> Period {
        let quarter = now.advanced(milliseconds: -1).rounded(downTo: Self.quarterHour)
        return Period(start: quarter.advanced(milliseconds: -Self.quarterHour), end: now)
    }

    private static let quarterHour: Int64 = 15 * 60_000
}

/// What is known about an endpoint at a point in time.
package struct EndpointSituation: Hashable, Sendable {
    /// The callbacks whose latest attempt finished in the current or previous quarter hour.
    package var recent: Tally
    /// The attempts since the last delivery, or `nil` if the last attempt was delivered.
    package var undelivered: UndeliveredRun?

    package init(recent: Tally = Tally(), undelivered: UndeliveredRun? = nil) {
        self.recent = recent
        self.undelivered = undelivered
    }
}

/// Consecutive attempts at an endpoint without a delivery.
package struct UndeliveredRun: Hashable, Sendable {
    /// When the first attempt finished.
    package var since: Instant
    /// The number of callbacks tried. Counting may stop at the number that the rule needs.
    package var callbacks: Int

    package init(since: Instant, callbacks: Int) {
        self.since = since
        self.callbacks = callbacks
    }
}
