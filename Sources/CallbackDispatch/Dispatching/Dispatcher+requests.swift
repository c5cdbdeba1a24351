import CivilTime
package import Curl
import DeliveryLog
import Storage
import TextSupport

extension HTTPLimits {
    /// 5 s to connect, 15 s in total; reads at most 64 KiB of the response and keeps 8 KiB.
    package static var ofCallbacks: HTTPLimits {
        HTTPLimits(
            connectTimeout: 5_000, totalTimeout: 15_000, maxResponseSize: 65_536,
            maxKeptSize: 8_192)
    }
}

/// A callback whose request has been built. Once it is sent, the contents are dropped.
struct InFlightRequest {
    var claim: Claim
    var outgoing: OutgoingRequest
    /// The access token in the request, or `nil` if the endpoint needs none.
    var token: BearerToken?

    /// The credentials whose token the request needs.
    fileprivate var tokenKey: TokenCache.Key? {
        outgoing.credentialsDigest.map {
            TokenCache.Key(company: claim.callback.company, credentials: $0)
        }
    }
}

extension Dispatcher {
    /// Queues the requests of all claims that have a free slot to be built.
    func start() throws {
        if isStopping { return releaseUnbuilt() }
        if let pausedUntil, .now < pausedUntil { return }
        let now = clock()
        for claim in readyQueue.start() {
            guard lasts(claim, now) else {
                readyQueue.end(claim)
                unused.append(claim)
                continue
            }
            buildQueue.add(claim)
        }
        try startBuilding(now)
    }

    /// The remaining lease time that a token fetch and the request need, in seconds.
    static let leaseNeeded: Int64 = 32

    func begin(_ inFlight: InFlightRequest, _ now: Instant) throws {
        guard let key = inFlight.tokenKey, let credentials = inFlight.outgoing.credentials else {
            return try send(inFlight)
        }
        switch tokens.token(of: key, credentials, at: now) {
        case .token(let token): try send(inFlight.authorized(by: token))
        case .pending(let fetch): awaitingToken[fetch, default: []].append(inFlight)
        case .needed(let fetch):
            // The token request uses the slot of the callback that waits for it.
            awaitingToken[fetch.number] = [inFlight]
            try startFetch(fetch)
        }
    }

    private func startFetch(_ fetch: TokenCache.Fetch) throws {
        try transfers.start(
            fetch.request, tag: -fetch.number, maxKeptSize: BearerToken.maxResponseSize)
    }

    private func send(_ inFlight: InFlightRequest) throws {
        try transfers.start(inFlight.outgoing.request, tag: inFlight.claim.id)
        // libcurl keeps its own copy.
        requestsInFlight[inFlight.claim.id] = inFlight.withoutContents
    }

    func refuse(
        _ claim: Claim, _ verdict: AttemptResult, _ words: String, _ now: Instant,
        isDamaged: Bool = false
    ) {
        release(claim)
        finish(
            FinishedAttempt(
                claim: claim, at: now, nextAttempt: nextAttempt(claim, verdict, now),
                verdict: verdict, fault: words, isOfDamagedProfile: isDamaged))
    }

    /// Whether the lease lasts until a request that starts now has ended. If not, another process
    /// could claim the callback in the meantime.
    func lasts(_ claim: Claim, _ now: Instant) -> Bool {
        now.advanced(seconds: Self.leaseNeeded) < claim.leaseUntil
    }

    /// Frees the slot and the memory of a claim that was started.
    func release(_ claim: Claim) {
        readyQueue.end(claim)
        buildQueue.end(claim)
    }

    private func finish(_ attempt: FinishedAttempt) {
        if finished.isEmpty { finishedSince = .now }
        finished.append(attempt.withoutPayload)
        unrecorded.set(finished.count + (writing?.finished.count ?? 0))
    }

    /// Removes and returns the claims that wait for a token. Their requests were not sent.
    func takeAwaitingToken() -> [Claim] {
        let claims = awaitingToken.values.joined().map(\.claim)
        for claim in claims { release(claim) }
        awaitingToken = [:]
        return claims
    }

    /// Handles a completed exchange. A negative tag is the negated number of a token fetch.
    func complete(_ ended: HTTPTransfers.Ended) throws {
        guard ended.tag >= 0 else { return try completeFetch(ended.result, fetch: -ended.tag) }
        guard let inFlight = requestsInFlight.removeValue(forKey: ended.tag) else { return }
        if ended.result.fault?.kind == .outOfFiles { return postpone(inFlight.claim) }
        if let key = inFlight.tokenKey, let token = inFlight.token, ended.result.status == 401 {
            tokens.forget(token, of: key)
        }
        let now = clock()
        end(inFlight, ended.result, AttemptResult(ended.result, now: now), now)
    }

    /// Returns a claim that could not be sent because the process has no free file descriptors.
    ///
    /// This does not count as an attempt.
    private func postpone(_ claim: Claim) {
        release(claim)
        unused.append(claim)
        pausedUntil = .now + .milliseconds(500)
    }

    private func completeFetch(_ result: HTTPResult, fetch: Int64) throws {
        let now = clock()
        let waiting = awaitingToken.removeValue(forKey: fetch) ?? []
        switch tokens.end(fetch, result, at: now) {
        case .token(let token)?:
            for inFlight in waiting { try send(inFlight.authorized(by: token)) }
        case .again(let next)?:
            awaitingToken[next.number] = waiting
            try startFetch(next)
        case .failed(let failure)?:
            let verdict = AttemptResult(token: result, now: now)
            let isExhausted = result.fault?.kind == .outOfFiles
            for inFlight in waiting {
                if isExhausted {
                    postpone(inFlight.claim)
                } else {
                    end(inFlight, failure, verdict, now)
                }
            }
        case nil: break
        }
    }

    private func end(
        _ inFlight: InFlightRequest, _ result: HTTPResult, _ verdict: AttemptResult, _ now: Instant
    ) {
        release(inFlight.claim)
        let request = inFlight.outgoing.request
        finish(
            FinishedAttempt(
                claim: inFlight.claim, at: now,
                nextAttempt: nextAttempt(inFlight.claim, verdict, now), verdict: verdict,
                method: request.method, origin: URLOrigin.of(request.url),
                version: inFlight.outgoing.version, result: result, fault: result.fault?.message))
    }

    /// Returns the time of the next attempt, or `nil` if the callback is delivered or out of
    /// attempts.
    private func nextAttempt(_ claim: Claim, _ verdict: AttemptResult, _ now: Instant) -> Instant? {
        guard verdict.reason != nil, verdict.isWorthRetrying else { return nil }
        return CallbackRetryRule.nextAttempt(
            triesLeft: claim.triesLeft, at: now, retryAfter: verdict.retryAfter, jitter: jitter())
    }
}

extension FinishedAttempt {
    /// A copy without the data that only the exchange needed, which can be a megabyte.
    fileprivate var withoutPayload: FinishedAttempt {
        var attempt = self
        attempt.claim.callback.variables = ""
        return attempt
    }
}

extension InFlightRequest {
    fileprivate var withoutContents: InFlightRequest {
        var inFlight = self
        inFlight.outgoing.request = outgoing.request.withoutContents
        inFlight.outgoing.credentials = nil
        return inFlight
    }

    fileprivate func authorized(by token: BearerToken) -> InFlightRequest {
        var inFlight = self
        inFlight.outgoing.request = outgoing.request.authorized(by: token)
        inFlight.token = token
        return inFlight
    }
}
