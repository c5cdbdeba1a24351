import Storage

/// The claims that this process holds: in flight, or ready to be sent.
struct ReadyQueue {
    private(set) var limiter: ConcurrencyLimiter
    private(set) var held = ClaimBudget()
    private var ready: [FairnessGroup: ReadyClaims] = [:]
    private var readyCount = 0
    /// The groups that have ready claims, in the order of their turns.
    private var groups: [FairnessGroup] = []

    /// - Parameter slots: The maximum number of requests in flight.
    init(slots: Int = ConcurrencyLimiter.maxCount) {
        limiter = ConcurrencyLimiter(slots: slots)
    }

    var isEmpty: Bool { held.isEmpty }

    /// Whether free slots may soon exceed the ready claims.
    var isRunningLow: Bool { readyCount < ConcurrencyLimiter.maxCount }

    mutating func add(_ claims: [Claim]) {
        for claim in claims {
            held.add(claim)
            if ready[claim.group] == nil { groups.append(claim.group) }
            ready[claim.group, default: ReadyClaims()].add(claim)
        }
        readyCount += claims.count
    }

    /// Assigns a slot to every claim that may have one, and returns those claims.
    ///
    /// Companies take turns, and so do the endpoints of each company.
    mutating func start() -> [Claim] {
        guard readyCount > 0 else { return [] }
        var started: [Claim] = []
        var turns = groups[...]
        while let group = turns.popFirst() {
            guard limiter.hasRoom(for: group),
                let claim = ready[group]?.next(for: group, in: limiter)
            else { continue }
            limiter.take(claim.endpoint, of: group)
            started.append(claim)
            turns.append(group)
        }
        readyCount -= started.count
        settle(after: started)
        return started
    }

    /// Puts the groups that got no slot first for the next round.
    private mutating func settle(after started: [Claim]) {
        for group in groups {
            ready[group]?.restoreSkipped()
            if ready[group]?.isEmpty == true { ready[group] = nil }
        }
        guard !started.isEmpty else { return }
        let served = Set(started.map(\.group))
        let left = groups.filter { ready[$0] != nil }
        groups = left.filter { !served.contains($0) } + left.filter { served.contains($0) }
    }

    /// Frees the slot of a claim whose exchange has ended.
    mutating func end(_ claim: Claim) {
        limiter.free(claim.endpoint, of: claim.group)
        held.remove(claim)
    }

    /// Removes and returns the claims that have not started and match the condition.
    mutating func takeReady(where isWanted: (Claim) -> Bool = { _ in true }) -> [Claim] {
        guard readyCount > 0 else { return [] }
        let claims = groups.flatMap { ready[$0]?.all ?? [] }
        let (kept, taken) = claims.partitioned(by: isWanted)
        guard !taken.isEmpty else { return [] }
        for claim in claims { held.remove(claim) }
        (ready, groups, readyCount) = ([:], [], 0)
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
