import CivilTime
import Curl
import DeliveryLog

/// An attempt that has ended and must be recorded.
struct FinishedAttempt {
    var claim: Claim
    var at: Instant
    /// When the next attempt is due, or `nil` if this was the last one.
    var nextAttempt: Instant?
    var verdict: AttemptResult
    var method: String?
    /// Scheme, host and port of the URL.
    var origin: String?
    /// The version of the profile.
    var version: Int?
    /// The HTTP result, or `nil` if nothing was sent.
    var result: HTTPResult?
    /// A description of the failure, without any value of the callback.
    var fault: String?
    /// Whether the attempt failed because the profile is damaged. It says nothing about the endpoint.
    var isOfDamagedProfile = false

    var state: CallbackState {
        if verdict.reason == nil { return .delivered }
        return nextAttempt == nil ? .failed : .waiting
    }

    /// The endpoint's new speed, or `nil` if nothing was sent.
    var speed: EndpointSpeed? { result.map { EndpointSpeed(microseconds: $0.phases.total) } }

    var attempt: Attempt {
        let callback = claim.callback
        return Attempt(
            company: callback.company, callbackID: callback.callbackID, number: claim.attempt,
            finishedAt: at, outcome: outcome, reason: verdict.reason, status: result?.status,
            profileID: callback.profileID, channel: callback.channel, event: callback.event,
            method: method, origin: origin,
            durationMilliseconds: result.map { $0.phases.total / 1000 })
    }

    var outcome: Outcome {
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
