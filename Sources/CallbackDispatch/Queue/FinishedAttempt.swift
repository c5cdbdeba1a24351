import CivilTime
import Curl
import DeliveryLog

/// An attempt that is over and has to be written down.
struct FinishedAttempt {
    var claim: Claim
    var at: Instant
    /// When it is tried again; nil when that was the last attempt.
    var nextAttempt: Instant?
    var verdict: AttemptResult
    var method: String?
    /// Scheme, host and port.
    var origin: String?
    /// The version of the profile.
    var version: Int?
    /// Nil when nothing was sent.
    var result: HTTPResult?
    /// What was wrong, in words without any value of the callback.
    var fault: String?

    var state: CallbackState {
        if verdict.reason == nil { return .delivered }
        return nextAttempt == nil ? .failed : .waiting
    }

    /// The pace of the lane from now on; nil when nothing was learnt.
    var pace: EndpointSpeed? { result.map { EndpointSpeed(microseconds: $0.phases.total) } }

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
    /// Nil for one that goes to a bare URL.
    package var profileID: String? {
        if case .profile(let id) = target { return id }
        return nil
    }
}
