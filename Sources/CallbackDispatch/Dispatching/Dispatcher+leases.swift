import CivilTime

extension Dispatcher {
    /// How often leases are looked at, in milliseconds.
    private static let interval: Int64 = 1_000

    /// What is left of a lease when it is renewed, in seconds: more than two thirds.
    private static let margin: Int64 = 40

    /// The callbacks in flight whose leases are to be renewed.
    ///
    /// A lease that ends while its callback is in flight would let it be sent twice, by this process
    /// as well. It ends early when the machine was suspended, when the clock was set, and when the
    /// file could not be written for a while.
    func leasesToRenew() -> [Int64] {
        let now = clock()
        if let seen = leasesSeenAt, seen <= now, now < seen.advanced(milliseconds: Self.interval) {
            return []
        }
        leasesSeenAt = now
        let limit = now.advanced(seconds: Self.margin)
        unused += backlog.takeReady { $0.leaseUntil <= now.advanced(seconds: Self.leaseNeeded) }
        return claimsInFlight.filter { $0.leaseUntil < limit }.map(\.id)
    }

    private var claimsInFlight: [Claim] {
        flights.values.map(\.claim) + awaitingToken.values.joined().map(\.claim)
    }

    /// Notes that the lease of a callback in flight was renewed.
    func renewed(_ id: Int64, until end: Instant) {
        if flights[id] != nil {
            flights[id]?.claim.leaseUntil = end
            return
        }
        for (lane, waiting) in awaitingToken {
            guard let index = waiting.firstIndex(where: { $0.claim.id == id }) else { continue }
            awaitingToken[lane]?[index].claim.leaseUntil = end
        }
    }
}
