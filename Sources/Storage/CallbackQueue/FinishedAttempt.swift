package import CivilTime
package import DeliveryLog

/// An attempt that has ended and must be recorded.
package struct FinishedAttempt: Sendable {
    package var claim: Claim
    package var at: Instant
    /// When the next attempt is due, or `nil` if this was the last one.
    package var nextAttempt: Instant?
    /// Why the attempt failed, or `nil` if the callback was delivered.
    package var reason: Reason?
    /// Whether the receiver responded 410 Gone.
    package var endpointIsGone: Bool
    package var status: Int?
    package var method: String?
    /// Scheme, host and port of the URL.
    package var origin: String?
    /// Whether a request was sent.
    package var wasSent: Bool
    package var exchange: ExchangeRecord
    /// Whether the attempt failed because the profile is damaged. It says nothing about the
    /// endpoint.
    package var isOfDamagedProfile: Bool

    package init(
        claim: Claim, at: Instant, nextAttempt: Instant?, reason: Reason?, endpointIsGone: Bool,
        status: Int?, method: String?, origin: String?, wasSent: Bool, exchange: ExchangeRecord,
        isOfDamagedProfile: Bool = false
    ) {
        self.claim = claim
        self.at = at
        self.nextAttempt = nextAttempt
        self.reason = reason
        self.endpointIsGone = endpointIsGone
        self.status = status
        self.method = method
        self.origin = origin
        self.wasSent = wasSent
        self.exchange = exchange
        self.isOfDamagedProfile = isOfDamagedProfile
    }

    package var state: CallbackState {
        if reason == nil { return .delivered }
        return nextAttempt == nil ? .failed : .waiting
    }

    /// The endpoint's new speed, or `nil` if nothing was sent.
    var speed: EndpointSpeed? {
        wasSent ? EndpointSpeed(microseconds: exchange.phases.total) : nil
    }

    var attempt: Attempt {
        let callback = claim.callback
        return Attempt(
            company: callback.company, callbackID: callback.callbackID, number: claim.attempt,
            finishedAt: at, outcome: outcome, reason: reason, status: status,
            profileID: callback.profileID, channel: callback.channel, event: callback.event,
            method: method, origin: origin,
            durationMilliseconds: wasSent ? exchange.phases.total / 1000 : nil)
    }

    package var outcome: Outcome {
        switch state {
        case .delivered: .delivered
        case .failed: .failed
        case .waiting, .inFlight: .retrying
        }
    }
}

extension NewCallback {
    /// The ID of the callback's profile, or `nil` if it goes to a bare URL.
    package var profileID: String? {
        if case .profile(let id) = target { return id }
        return nil
    }
}
