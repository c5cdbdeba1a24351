import CivilTime
import DeliveryLog
import Storage

extension Dispatcher {
    /// Orders the requests that can be built now.
    func startBuilding(_ now: Instant) throws {
        for job in buildQueue.jobs(at: now) {
            if job.isLong {
                try startedLongPool().take(job)
            } else {
                try startedPool().take(job)
            }
        }
    }

    /// Takes the requests that were built and starts their exchanges.
    func takeBuilt() throws {
        for built in buildPools.flatMap({ $0.results() }) {
            let now = clock()
            for (claim, outcome) in buildQueue.complete(built) { try begin(claim, outcome, now) }
            if let error = built.interruption { interrupt(error) }
        }
    }

    private func begin(_ claim: Claim, _ outcome: BuildJobResult.Outcome, _ now: Instant) throws {
        // Building can take long enough for the lease to run out while the file cannot be written.
        if isStopping || !lasts(claim, now) {
            release(claim)
            return unused.append(claim)
        }
        switch outcome {
        case .made(.ready(let outgoing)):
            try begin(InFlightRequest(claim: claim, outgoing: outgoing), now)
        case .made(.refused(let reason, let words)):
            refuse(claim, AttemptResult(reason, isWorthRetrying: false), words, now)
        case .made(.postponed(let reason, let words)):
            refuse(claim, AttemptResult(reason, isWorthRetrying: true), words, now)
        case .made(.exceedsLimit):
            refuse(
                claim, AttemptResult(.other, isWorthRetrying: false), "the request is too large",
                now)
        case .unreadable(let error):
            // Only this profile is damaged. It may be restored before the next attempt.
            let words = "the profile cannot be read: \(error)"
            let verdict = AttemptResult(.other, isWorthRetrying: true)
            refuse(claim, verdict, words, now, isDamaged: true)
        }
    }

    /// Pauses while profiles cannot be read.
    private func interrupt(_ error: any Error) {
        releaseUnbuilt()
        if interruption == nil { onEvent(.interrupted(error: "\(error)")) }
        interruption = StorageOutage(error, after: interruption)
    }

    /// Returns the claims whose requests are not being built to the queue.
    func releaseUnbuilt() {
        let claims = buildQueue.takeWaiting()
        for claim in claims { release(claim) }
        unused += claims
    }

    /// Returns the pool. The first call starts it.
    private func startedPool() throws -> BuildPool {
        if let buildPool { return buildPool }
        let made = try BuildPool(open)
        buildPool = made
        return made
    }

    private func startedLongPool() throws -> BuildPool {
        if let longBuildPool { return longBuildPool }
        let made = try BuildPool(forLong: true, open)
        longBuildPool = made
        return made
    }

    /// The pools that were started.
    var buildPools: [BuildPool] { [buildPool, longBuildPool].compactMap(\.self) }
}
