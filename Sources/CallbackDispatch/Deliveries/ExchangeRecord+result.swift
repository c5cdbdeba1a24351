import CivilTime
package import Curl
import DeliveryLog
import Profiles
package import Storage
import TextSupport

extension ExchangePhases {
    package init(_ phases: HTTPPhases) {
        self.init()
        nameLookup = phases.nameLookup
        connect = phases.connect
        tls = phases.tls
        firstByte = phases.firstByte
        total = phases.total
    }
}

extension ExchangeRecord {
    /// - Parameters:
    ///   - result: The HTTP result, or `nil` if nothing was sent.
    ///   - version: The version of the profile that the request was built from.
    ///   - fault: A description of the failure, without any value of the callback.
    init(_ result: HTTPResult?, version: Int?, fault: String?) {
        self.init(
            version: version, address: result?.address,
            phases: result.map { ExchangePhases($0.phases) } ?? ExchangePhases(), fault: fault,
            head: result?.content ?? [])
    }
}

extension Delivery {
    /// A test delivery of a profile.
    init(_ test: TestDelivery, of profile: Profile, callbackID: String, at now: Instant) {
        let (result, reason) = (test.result, test.verdict.reason)
        self.init(
            attempt: Attempt(
                company: profile.company, callbackID: callbackID, finishedAt: now,
                outcome: reason == nil ? .delivered : .failed, reason: reason,
                status: result.status, profileID: profile.id, method: test.request.method,
                origin: URLOrigin.of(test.request.url)),
            exchange: ExchangeRecord(
                result, version: profile.current.number, fault: result.fault?.message))
    }
}

extension FinishedAttempt {
    /// - Parameters:
    ///   - claim: The callback.
    ///   - at: When the attempt ended.
    ///   - nextAttempt: When the next attempt is due, or `nil` if this was the last one.
    ///   - verdict: What the result means for the callback.
    ///   - method: The method of the request.
    ///   - origin: Scheme, host and port of the URL.
    ///   - version: The version of the profile.
    ///   - result: The HTTP result, or `nil` if nothing was sent.
    ///   - fault: A description of the failure, without any value of the callback.
    ///   - isOfDamagedProfile: Whether the attempt failed because the profile is damaged.
    init(
        claim: Claim, at: Instant, nextAttempt: Instant? = nil, verdict: AttemptResult,
        method: String? = nil, origin: String? = nil, version: Int? = nil,
        result: HTTPResult? = nil, fault: String? = nil, isOfDamagedProfile: Bool = false
    ) {
        self.init(
            claim: claim, at: at, nextAttempt: nextAttempt, reason: verdict.reason,
            endpointIsGone: verdict.endpointIsGone, status: result?.status, method: method,
            origin: origin, wasSent: result != nil,
            exchange: ExchangeRecord(result, version: version, fault: fault),
            isOfDamagedProfile: isOfDamagedProfile)
    }
}
