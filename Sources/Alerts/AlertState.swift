package import CivilTime

/// What alerts remember of an endpoint, or of a company's log.
///
/// A state without a stored row is the initial one: healthy, with no notices.
package struct AlertState: Hashable, Sendable {
    package var condition = AlertCondition.healthy
    /// When the condition began, as an evaluation noticed it.
    package var since: Instant?
    /// When the first attempt of the current or last failure finished.
    package var firstFailure: Instant?
    /// When the last undelivered attempt finished, as of the last change.
    package var lastFailure: Instant?
    /// The number of callbacks that were not delivered, as of the last notice.
    package var affected = 0
    /// While failing: only deliveries from this time on count for the recovery.
    package var recoversFrom: Instant?
    /// Attempts before this time no longer count for a new failure, because the endpoint recovered.
    package var countedFrom: Instant?
    package var lastFailingNotice: Instant?
    package var lastRecoveredNotice: Instant?
    /// The change that was not reported yet.
    package var pending: AlertKind?
    package var pendingSince: Instant?
    /// The number of changes before the pending one that were not reported.
    package var unreported = 0
    /// Which warnings of the current failure were issued.
    package var warnings = DisableWarnings()

    package init() {}

    /// The warnings before the gateway disables a profile.
    package struct DisableWarnings: OptionSet, Hashable, Sendable {
        package let rawValue: Int

        package init(rawValue: Int) {
            self.rawValue = rawValue
        }

        /// At half of the time.
        package static let half = DisableWarnings(rawValue: 1)
        /// A day before.
        package static let lastDay = DisableWarnings(rawValue: 2)
    }

    /// Whether nothing of the state matters any more, so that it need not be stored.
    package func isForgettable(at now: Instant) -> Bool {
        guard condition == .healthy, pending == nil else { return false }
        let times = [countedFrom, lastFailingNotice, lastRecoveredNotice].compactMap(\.self)
        return times.allSatisfy { now.milliseconds - $0.milliseconds >= AlertRule.hour }
    }

    /// Moves times in the future to now. Only a wrong clock can have recorded them.
    package mutating func clamp(to now: Instant) {
        let times: [WritableKeyPath<AlertState, Instant?>] = [
            \.since, \.firstFailure, \.lastFailure, \.recoversFrom, \.countedFrom,
            \.lastFailingNotice, \.lastRecoveredNotice, \.pendingSince,
        ]
        for time in times where self[keyPath: time].map({ $0 > now }) ?? false {
            self[keyPath: time] = now
        }
    }
}

// MARK: - Notices

extension AlertState {
    /// A notice about this state, to be sent now.
    package struct Due: Hashable, Sendable {
        package var kind: AlertKind
        /// The number of earlier changes that no notice reported.
        package var unreported: Int
    }

    /// Records a change that must be reported. A change that was not reported yet is replaced and
    /// counted.
    mutating func note(_ kind: AlertKind, at now: Instant) {
        if pending != nil { unreported += 1 }
        pending = kind
        pendingSince = now
    }

    /// Returns the pending notice if it may be sent now, and records it as sent.
    ///
    /// An endpoint has at most one notice of a failure and one of a recovery per hour. Changes in
    /// between are reported together after that.
    ///
    /// - Parameter hold: How long to wait for changes of other endpoints, in milliseconds.
    package mutating func takeNotice(at now: Instant, hold: Int64 = 0) -> Due? {
        guard let kind = pending, isAllowed(kind, at: now) else { return nil }
        let waited = now.milliseconds - (pendingSince ?? now).milliseconds
        guard waited >= hold || waited < 0 else { return nil }
        let due = Due(kind: kind, unreported: unreported)
        switch kind {
        case .failing, .silent: lastFailingNotice = now
        case .recovered, .resumed: lastRecoveredNotice = now
        case .disabled, .disableWarning: break
        }
        (pending, pendingSince, unreported) = (nil, nil, 0)
        return due
    }

    /// Returns the kind of the pending notice if it may be sent now.
    package func dueKind(at now: Instant, hold: Int64) -> AlertKind? {
        var copy = self
        return copy.takeNotice(at: now, hold: hold)?.kind
    }

    private func isAllowed(_ kind: AlertKind, at now: Instant) -> Bool {
        let last =
            switch kind {
            case .failing, .silent: lastFailingNotice
            case .recovered, .resumed: lastRecoveredNotice
            case .disabled, .disableWarning: Instant?.none
            }
        guard let last else { return true }
        return now.milliseconds - last.milliseconds >= AlertRule.hour
    }
}
