import CivilTime
import Storage

extension Dispatcher {
    /// The interval between lease checks, in milliseconds.
    private static let interval: Int64 = 1_000

    /// A lease is renewed when less than this remains of it, in seconds. More than two thirds of a
    /// lease.
    private static let margin: Int64 = 40

    /// Returns the callbacks in flight whose leases must be renewed.
    ///
    /// If a lease expires while its callback is in flight, another process, or even this one, can
    /// send the callback a second time. A lease expires early when the machine was suspended, when
    /// the clock was set, or when the file could not be written for a while.
    func leasesToRenew() -> [Int64] {
        let now = clock()
        if let seen = leasesSeenAt, seen <= now, now < seen.advanced(milliseconds: Self.interval) {
            return []
        }
        leasesSeenAt = now
        let limit = now.advanced(seconds: Self.margin)
        unused += readyQueue.takeReady { $0.leaseUntil <= now.advanced(seconds: Self.leaseNeeded) }
        return claimsInFlight.filter { $0.leaseUntil < limit }.map(\.id)
    }

    private var claimsInFlight: [Claim] {
        requestsInFlight.values.map(\.claim) + awaitingToken.values.joined().map(\.claim)
            + buildQueue.unbuilt
    }

    /// Records the renewed lease of a callback in flight.
    func renewed(_ id: Int64, until end: Instant) {
        if requestsInFlight[id] != nil {
            requestsInFlight[id]?.claim.leaseUntil = end
            return
        }
        if buildQueue.renew(id, until: end) { return }
        for (endpoint, waiting) in awaitingToken {
            guard let index = waiting.firstIndex(where: { $0.claim.id == id }) else { continue }
            awaitingToken[endpoint]?[index].claim.leaseUntil = end
        }
    }
}
