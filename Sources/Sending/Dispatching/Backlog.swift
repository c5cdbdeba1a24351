/// Claims that this process holds: those under way, and a few that are ready to follow at once.
struct Backlog: ClaimRoom {
    private(set) var slots = Slots()
    private var ready: [Claim] = []
    private var heldByLane: [Int64: Int] = [:]
    private var heldByPace: [Pace: Int] = [:]

    /// How many claims may be held in all, so that the network has work while the disk is written.
    private static let most = 768

    var isEmpty: Bool { heldByLane.isEmpty }

    /// Whether there are places that none of the claims can have.
    var isStarving: Bool { ready.isEmpty && slots.taken < Slots.all }

    // MARK: ClaimRoom

    func room(for pace: Pace) -> Int {
        let limit = pace == .steady ? Self.most : pace.placesForAll
        return max(0, limit - heldByPace[pace, default: 0])
    }

    func room(for lane: Int64, _ pace: Pace) -> Int {
        let limit = pace == .steady ? 4 * pace.placesForOne : pace.placesForOne
        return max(0, limit - heldByLane[lane, default: 0])
    }

    // MARK: The way of a claim

    mutating func add(_ claims: [Claim]) {
        for claim in claims {
            heldByLane[claim.lane, default: 0] += 1
            heldByPace[claim.pace, default: 0] += 1
        }
        ready += claims
    }

    /// Gives a place to each claim that may have one, in their order, and returns those.
    mutating func start() -> [Claim] {
        guard slots.taken < Slots.all, !ready.isEmpty else { return [] }
        var started: [Claim] = []
        var slots = slots
        ready.removeAll { claim in
            guard slots.admits(claim.lane, claim.pace) else { return false }
            slots.take(claim.lane, claim.pace)
            started.append(claim)
            return true
        }
        self.slots = slots
        return started
    }

    /// Frees the place of a claim whose exchange is over.
    mutating func end(_ claim: Claim) {
        slots.free(claim.lane, claim.pace)
        forget(claim)
    }

    /// Takes out the claims that were not started.
    mutating func takeReady() -> [Claim] {
        defer { ready = [] }
        ready.forEach { forget($0) }
        return ready
    }

    private mutating func forget(_ claim: Claim) {
        let left = heldByLane[claim.lane, default: 0] - 1
        heldByLane[claim.lane] = left > 0 ? left : nil
        heldByPace[claim.pace, default: 0] -= 1
    }
}
