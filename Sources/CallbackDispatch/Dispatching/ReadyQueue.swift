/// Claims that this process holds: those under way, and some that are ready to follow at once.
struct ReadyQueue {
    private(set) var slots: ConcurrencyLimiter
    private(set) var held = ClaimBudget()
    private var ready: [Party: ReadyClaims] = [:]
    private var readyCount = 0
    /// The parties that have ready claims, the next one first.
    private var parties: [Party] = []

    /// - Parameter places: how many requests may be in flight.
    init(places: Int = ConcurrencyLimiter.most) {
        slots = ConcurrencyLimiter(places: places)
    }

    var isEmpty: Bool { held.isEmpty }

    /// Whether there may soon be places that none of the claims can have.
    var isRunningLow: Bool { readyCount < ConcurrencyLimiter.most }

    mutating func add(_ claims: [Claim]) {
        for claim in claims {
            held.add(claim)
            if ready[claim.party] == nil { parties.append(claim.party) }
            ready[claim.party, default: ReadyClaims()].add(claim)
        }
        readyCount += claims.count
    }

    /// Gives a place to each claim that may have one, and returns those.
    ///
    /// Companies take turns, and so do the lanes of each.
    mutating func start() -> [Claim] {
        guard readyCount > 0 else { return [] }
        var started: [Claim] = []
        var turns = parties[...]
        while let party = turns.popFirst() {
            guard slots.hasRoom(for: party), let claim = ready[party]?.next(for: party, in: slots)
            else { continue }
            slots.take(claim.lane, of: party)
            started.append(claim)
            turns.append(party)
        }
        readyCount -= started.count
        settle(after: started)
        return started
    }

    /// Those who got nothing are the first when there are places again.
    private mutating func settle(after started: [Claim]) {
        for party in parties {
            ready[party]?.beginAgain()
            if ready[party]?.isEmpty == true { ready[party] = nil }
        }
        guard !started.isEmpty else { return }
        let served = Set(started.map(\.party))
        let left = parties.filter { ready[$0] != nil }
        parties = left.filter { !served.contains($0) } + left.filter { served.contains($0) }
    }

    /// Frees the place of a claim whose exchange is over.
    mutating func end(_ claim: Claim) {
        slots.free(claim.lane, of: claim.party)
        held.remove(claim)
    }

    /// Takes out the claims that were not started, or some of them.
    mutating func takeReady(where isWanted: (Claim) -> Bool = { _ in true }) -> [Claim] {
        guard readyCount > 0 else { return [] }
        let claims = parties.flatMap { ready[$0]?.all ?? [] }
        let (kept, taken) = claims.partitioned(by: isWanted)
        guard !taken.isEmpty else { return [] }
        for claim in claims { held.remove(claim) }
        (ready, parties, readyCount) = ([:], [], 0)
        add(kept)
        return taken
    }
}

extension [Claim] {
    fileprivate func partitioned(by isWanted: (Claim) -> Bool) -> (kept: [Claim], taken: [Claim]) {
        reduce(into: (kept: [], taken: [])) { parts, claim in
            if isWanted(claim) { parts.taken.append(claim) } else { parts.kept.append(claim) }
        }
    }
}
