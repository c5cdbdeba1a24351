import CivilTime
package import Curl
import DeliveryLog
import SQLite

extension HTTPLimits {
    /// 5 s to connect, 15 s in all, 64 KiB of the answer read and 8 KiB kept.
    package static var ofCallbacks: HTTPLimits {
        HTTPLimits(connect: 5_000, whole: 15_000, read: 65_536, kept: 8_192)
    }
}

/// A callback whose request is made.
struct InFlightRequest {
    var claim: Claim
    var outgoing: OutgoingRequest
    /// The token that it carries; nil when it needs none.
    var token: BearerToken?

    /// Whose token it needs.
    fileprivate var tokenKey: TokenCache.Key? {
        outgoing.credentials.map {
            TokenCache.Key(company: claim.callback.company, credentials: $0)
        }
    }
}

extension Dispatcher {
    /// Begins the exchanges of the claims that have a place now.
    func start() throws {
        if let pausedUntil, .now < pausedUntil { return }
        for claim in backlog.start() {
            let now = clock()
            guard now.advanced(seconds: Self.leaseNeeded) < claim.leaseUntil else {
                // Somebody could take it before this exchange would be over.
                backlog.end(claim)
                unused.append(claim)
                continue
            }
            switch makeRequest(of: claim, at: now) {
            case .ready(let outgoing)?:
                try begin(InFlightRequest(claim: claim, outgoing: outgoing), now)
            case .refused(let reason, let words)?:
                refuse(claim, AttemptResult(reason, isWorthRetrying: false), words, now)
            case .postponed(let reason, let words)?:
                refuse(claim, AttemptResult(reason, isWorthRetrying: true), words, now)
            case nil: break
            }
        }
    }

    /// For a token and the exchange itself, in seconds.
    static let leaseNeeded: Int64 = 32

    /// Nil when there is none; then the claim is taken care of.
    private func makeRequest(of claim: Claim, at now: Instant) -> MadeRequest? {
        do {
            return try store.maker.make(claim.callback, at: now)
        } catch let error as DatabaseError where error.concernsWholeFile {
            backlog.end(claim)
            unused.append(claim)
            if interruption == nil { tell(.interrupted(error: error.description)) }
            interruption = Interruption(error, after: interruption)
        } catch {
            // Only this profile is damaged; somebody may restore it.
            let words = "the profile cannot be read: \(error)"
            refuse(claim, AttemptResult(.other, isWorthRetrying: true), words, now)
        }
        return nil
    }

    private func begin(_ flight: InFlightRequest, _ now: Instant) throws {
        guard let key = flight.tokenKey else { return try send(flight) }
        switch tokens.token(of: key, at: now) {
        case .token(let token): try send(flight.authorized(by: token))
        case .onItsWay(let fetch): awaitingToken[fetch, default: []].append(flight)
        case .wanted(let fetch):
            // Its place is that of the callback which waits for it.
            awaitingToken[fetch.number] = [flight]
            try transfers.start(fetch.request, tag: -fetch.number)
        }
    }

    private func send(_ flight: InFlightRequest) throws {
        flights[flight.claim.id] = flight
        try transfers.start(flight.outgoing.request, tag: flight.claim.id)
    }

    private func refuse(_ claim: Claim, _ verdict: AttemptResult, _ words: String, _ now: Instant) {
        backlog.end(claim)
        finish(
            FinishedAttempt(
                claim: claim, at: now, nextAttempt: nextAttempt(claim, verdict, now),
                verdict: verdict, fault: words))
    }

    private func finish(_ attempt: FinishedAttempt) {
        if finished.isEmpty { finishedSince = .now }
        finished.append(attempt.withoutWhatWasSent)
    }

    /// Takes out what waits for a token, and so was not sent.
    func takeParked() -> [Claim] {
        let claims = awaitingToken.values.joined().map(\.claim)
        for claim in claims { backlog.end(claim) }
        awaitingToken = [:]
        return claims
    }

    /// Takes the end of an exchange; those of tokens have the number of their fetch, negative.
    func complete(_ ended: HTTPTransfers.Ended) throws {
        guard ended.tag >= 0 else { return try landToken(ended.result, fetch: -ended.tag) }
        guard let flight = flights.removeValue(forKey: ended.tag) else { return }
        if ended.result.fault?.kind == .exhausted { return postpone(flight.claim) }
        if let key = flight.tokenKey, let token = flight.token, ended.result.status == 401 {
            tokens.forget(token, of: key)
        }
        let now = clock()
        end(flight, ended.result, AttemptResult(ended.result, now: now), now)
    }

    /// Gives back what could not be sent for want of open files: its attempt has not been made.
    private func postpone(_ claim: Claim) {
        backlog.end(claim)
        unused.append(claim)
        pausedUntil = .now + .milliseconds(500)
    }

    private func landToken(_ result: HTTPResult, fetch: Int64) throws {
        let now = clock()
        let waiting = awaitingToken.removeValue(forKey: fetch) ?? []
        switch tokens.end(fetch, result, at: now) {
        case .token(let token)?:
            for flight in waiting { try send(flight.authorized(by: token)) }
        case .again(let next)?:
            awaitingToken[next.number] = waiting
            try transfers.start(next.request, tag: -next.number)
        case .failed(let failure)?:
            let verdict = AttemptResult(token: result, now: now)
            let isExhausted = result.fault?.kind == .exhausted
            for flight in waiting {
                if isExhausted {
                    postpone(flight.claim)
                } else {
                    end(flight, failure, verdict, now)
                }
            }
        case nil: break
        }
    }

    private func end(
        _ flight: InFlightRequest, _ result: HTTPResult, _ verdict: AttemptResult, _ now: Instant
    ) {
        backlog.end(flight.claim)
        let request = flight.outgoing.request
        finish(
            FinishedAttempt(
                claim: flight.claim, at: now,
                nextAttempt: nextAttempt(flight.claim, verdict, now), verdict: verdict,
                method: request.method, origin: Endpoint.of(request.url),
                version: flight.outgoing.version, result: result, fault: result.fault?.message))
    }

    /// When the callback is sent again; nil when it is delivered or given up.
    private func nextAttempt(_ claim: Claim, _ verdict: AttemptResult, _ now: Instant) -> Instant? {
        guard verdict.reason != nil, verdict.isWorthRetrying else { return nil }
        return CallbackRetryRule.nextAttempt(
            triesLeft: claim.triesLeft, at: now, retryAfter: verdict.retryAfter, jitter: jitter())
    }
}

extension FinishedAttempt {
    /// The same without what only the exchange needed, which can be a megabyte.
    fileprivate var withoutWhatWasSent: FinishedAttempt {
        var attempt = self
        attempt.claim.callback.variables = ""
        attempt.result?.headBytes = []
        return attempt
    }
}

extension InFlightRequest {
    fileprivate func authorized(by token: BearerToken) -> InFlightRequest {
        var flight = self
        flight.outgoing.request = outgoing.request.authorized(by: token)
        flight.token = token
        return flight
    }
}
