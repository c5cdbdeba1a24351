package import CivilTime
package import DeliveryLog

/// What the log says about an endpoint at an evaluation. Replays and tests are not part of it.
package struct EndpointObservation: Hashable, Sendable {
    /// The recent callbacks, and the attempts since the last delivery.
    package var situation: EndpointSituation
    /// When the last undelivered attempt finished, or `nil` if all are too old to matter.
    package var lastFailure: Instant?
    /// The callbacks since the first delivery after ``AlertState/recoversFrom``.
    package var recovery: Recovery?
    /// When the gateway disabled the profile.
    package var disabledSince: Instant?
    /// When the gateway will disable the profile if nothing is delivered.
    package var disablesAt: Instant?

    package struct Recovery: Hashable, Sendable {
        /// When the first delivery finished.
        package var since: Instant
        /// The callbacks whose latest attempt finished since then.
        package var tally: Tally

        package init(since: Instant, tally: Tally) {
            self.since = since
            self.tally = tally
        }
    }

    package init(
        situation: EndpointSituation = EndpointSituation(), lastFailure: Instant? = nil,
        recovery: Recovery? = nil, disabledSince: Instant? = nil, disablesAt: Instant? = nil
    ) {
        self.situation = situation
        self.lastFailure = lastFailure
        self.recovery = recovery
        self.disabledSince = disabledSince
        self.disablesAt = disablesAt
    }
}

/// Decides how the state of an endpoint changes.
///
/// It is a pure function of the stored state, the observation and the time. ``FailureRule``, which
/// reports use as well, decides what a failure is.
///
///     var state = AlertState()
///     AlertRule().update(&state, by: observation, at: reading)
///     if let notice = state.takeNotice(at: reading.now) { … }
package struct AlertRule: Hashable, Sendable {
    package var failure = FailureRule()
    /// How many callbacks since the first delivery are enough to call an endpoint recovered.
    package var recoveredCallbacks = 5
    /// How long since the first delivery is enough as well, in milliseconds.
    package var recoveredDuration: Int64 = 10 * 60_000
    /// The share of these callbacks that must be delivered.
    package var recoveredShare = 0.9

    package static let hour: Int64 = 3_600_000
    static let day = 24 * hour
    /// How long an endpoint to which nothing is sent any more counts as failing.
    static let memory = 7 * day
    /// The time after which the gateway disables a profile without a delivery.
    static let disableTime = 5 * day

    package init() {}

    /// Changes the state of an endpoint by what is known about it.
    package func update(
        _ state: inout AlertState, by known: EndpointObservation, at reading: AlertClock.Reading
    ) {
        switch state.condition {
        case .healthy, .silent: updateHealthy(&state, known, reading)
        case .failing: updateFailing(&state, known, reading.now)
        case .disabled: updateDisabled(&state, known, reading.now)
        }
    }

    private func updateHealthy(
        _ state: inout AlertState, _ known: EndpointObservation, _ reading: AlertClock.Reading
    ) {
        if let since = known.disabledSince {
            return disable(&state, known, since, at: reading.now)
        }
        var situation = known.situation
        // Time that a jump of the clock has added is no time without a delivery.
        if let run = situation.undelivered, run.since < reading.trustedSince {
            situation.undelivered?.since = reading.trustedSince
        }
        guard let last = known.lastFailure, failure.isFailing(situation, at: reading.now) else {
            return
        }
        state.condition = .failing
        state.since = reading.now
        state.firstFailure = known.situation.undelivered?.since ?? last
        state.recoversFrom = last.advanced(milliseconds: 1)
        state.warnings = []
        note(&state, known)
        state.note(.failing, at: reading.now)
    }

    private func updateFailing(
        _ state: inout AlertState, _ known: EndpointObservation, _ now: Instant
    ) {
        if let since = known.disabledSince { return disable(&state, known, since, at: now) }
        if let recovery = known.recovery, isDecided(recovery, at: now) {
            guard isRecovered(recovery.tally) else {
                // The next delivery begins another attempt at a recovery.
                state.recoversFrom = now
                return
            }
            note(&state, known)
            state.condition = .healthy
            state.since = now
            (state.recoversFrom, state.countedFrom) = (nil, recovery.since)
            return state.note(.recovered, at: now)
        }
        if isForgotten(state, known, now) {
            // Nothing is sent any more, so there is nothing to report.
            (state.condition, state.since, state.recoversFrom) = (.healthy, now, nil)
            return
        }
        // Once an hour is enough to remember that callbacks still fail.
        if let last = known.lastFailure, let before = state.lastFailure,
            last.milliseconds - before.milliseconds >= Self.hour
        {
            state.lastFailure = last
        }
        warn(&state, known, now)
    }

    private func updateDisabled(
        _ state: inout AlertState, _ known: EndpointObservation, _ now: Instant
    ) {
        guard known.disabledSince == nil else { return }
        // Someone enabled the profile, and knows it. A delivery will be reported.
        (state.condition, state.since, state.recoversFrom) = (.failing, now, now)
        state.lastFailure = now
        state.warnings = []
    }

    private func disable(
        _ state: inout AlertState, _ known: EndpointObservation, _ since: Instant, at now: Instant
    ) {
        state.firstFailure = state.firstFailure ?? known.situation.undelivered?.since
        state.condition = .disabled
        state.since = min(since, now)
        note(&state, known)
        state.note(.disabled, at: now)
    }

    private func note(_ state: inout AlertState, _ known: EndpointObservation) {
        state.lastFailure = known.lastFailure ?? state.lastFailure
    }

    private func isDecided(_ recovery: EndpointObservation.Recovery, at now: Instant) -> Bool {
        recovery.tally.callbacks >= recoveredCallbacks
            || now.milliseconds - recovery.since.milliseconds >= recoveredDuration
    }

    private func isRecovered(_ tally: Tally) -> Bool {
        tally.delivered > 0
            && Double(tally.delivered) >= recoveredShare * Double(tally.callbacks)
    }

    private func isForgotten(
        _ state: AlertState, _ known: EndpointObservation, _ now: Instant
    ) -> Bool {
        let last = known.lastFailure ?? state.lastFailure ?? state.since ?? now
        return known.recovery == nil && now.milliseconds - last.milliseconds >= Self.memory
    }

    /// Warns at half of the time after which the gateway disables a profile, and a day before.
    private func warn(_ state: inout AlertState, _ known: EndpointObservation, _ now: Instant) {
        guard let end = known.disablesAt, now < end, state.pending == nil else { return }
        let left = end.milliseconds - now.milliseconds
        var due: AlertState.DisableWarnings = []
        if left <= Self.disableTime / 2 { due.insert(.half) }
        if left <= Self.day { due.insert(.lastDay) }
        guard !due.isSubset(of: state.warnings) else { return }
        state.warnings.formUnion(due)
        note(&state, known)
        state.note(.disableWarning, at: now)
    }
}
