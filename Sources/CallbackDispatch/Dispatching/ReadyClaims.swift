/// The claims of one party that are ready to be sent, which its lanes take turns to give.
struct ReadyClaims {
    private var byLane: [Int64: ArraySlice<Claim>] = [:]
    /// The lanes that have some, the next one first.
    private var lanes: ArraySlice<Int64> = []
    /// Those whose turn it was, and that could not have a place.
    private var passed: [Int64] = []

    var isEmpty: Bool { byLane.isEmpty }

    var all: [Claim] { (passed + lanes).flatMap { byLane[$0] ?? [] } }

    mutating func add(_ claim: Claim) {
        if byLane[claim.lane] == nil { lanes.append(claim.lane) }
        byLane[claim.lane, default: []].append(claim)
    }

    /// Takes out the next claim whose lane may have a place; nil when there is none.
    mutating func next(for party: Party, in slots: ConcurrencyLimiter) -> Claim? {
        while let lane = lanes.popFirst() {
            guard slots.admits(lane, of: party), let claim = byLane[lane]?.popFirst() else {
                passed.append(lane)
                continue
            }
            if byLane[lane]?.isEmpty == false {
                lanes.append(lane)
            } else {
                byLane[lane] = nil
            }
            return claim
        }
        return nil
    }

    /// Gives the lanes that were passed over the first turns again.
    mutating func beginAgain() {
        guard !passed.isEmpty else { return }
        lanes = passed + lanes
        passed = []
    }
}
