/// Claims that this process holds: those under way, and some that are ready to follow at once.
struct Backlog {
    private(set) var slots = Slots()
    private(set) var held = Holdings()
    /// Those that are ready, by lane.
    private var ready: [Int64: ArraySlice<Claim>] = [:]
    private var readyCount = 0
    /// The lanes of those that are ready, the next one first.
    private var lanes: ArraySlice<Int64> = []

    var isEmpty: Bool { held.isEmpty }

    /// Whether there may soon be places that none of the claims can have.
    var isRunningLow: Bool { readyCount < 2 * Slots.all }

    mutating func add(_ claims: [Claim]) {
        for claim in claims {
            held.add(claim)
            if ready[claim.lane] == nil { lanes.append(claim.lane) }
            ready[claim.lane, default: []].append(claim)
        }
        readyCount += claims.count
    }

    /// Gives a place to each claim that may have one, lane by lane in turn, and returns those.
    mutating func start() -> [Claim] {
        guard slots.taken < Slots.all, readyCount > 0 else { return [] }
        var started: [Claim] = []
        var passed: [Int64] = []
        while slots.taken < Slots.all, let lane = lanes.popFirst() {
            guard let claim = ready[lane]?.first, slots.admits(lane, claim.pace) else {
                passed.append(lane)
                continue
            }
            slots.take(lane, claim.pace)
            started.append(claim)
            if removeFirst(of: lane) { lanes.append(lane) }
        }
        // Those that were passed over are the first when there are places again.
        if !passed.isEmpty { lanes = passed + lanes }
        return started
    }

    /// Whether the lane has more.
    private mutating func removeFirst(of lane: Int64) -> Bool {
        ready[lane]?.removeFirst()
        readyCount -= 1
        let hasMore = ready[lane]?.isEmpty == false
        if !hasMore { ready[lane] = nil }
        return hasMore
    }

    /// Frees the place of a claim whose exchange is over.
    mutating func end(_ claim: Claim) {
        slots.free(claim.lane, claim.pace)
        held.remove(claim)
    }

    /// Takes out the claims that were not started.
    mutating func takeReady() -> [Claim] {
        let claims = lanes.flatMap { ready[$0] ?? [] }
        for claim in claims { held.remove(claim) }
        (ready, lanes, readyCount) = ([:], [], 0)
        return claims
    }
}
