/// How many claims a process holds, which determines how many more it may take.
struct ClaimBudget: ClaimRoom, Sendable {
    private var byLane: [Int64: Int] = [:]
    private var pools = EndpointSpeed.allCases.map {
        CompanyShares(all: $0.claims, forOne: $0.claims / 2)
    }
    /// What the claims hold in memory: a callback can have a megabyte of variables.
    private var bytes = CompanyShares(all: 64 << 20, forOne: 16 << 20)

    var isEmpty: Bool { byLane.isEmpty }

    func room(for pace: EndpointSpeed) -> Int {
        let pool = pools[pace.rawValue]
        return max(0, pool.all - pool.taken)
    }

    func room(for party: Party) -> Int {
        pools[party.pace.rawValue].room(for: party.company)
    }

    func bytes(for company: String) -> Int { bytes.room(for: company) }

    func room(for lane: Int64, _ pace: EndpointSpeed) -> Int {
        let limit = pace == .steady ? 4 * pace.placesForLane : pace.placesForLane
        return max(0, limit - byLane[lane, default: 0])
    }

    mutating func add(_ claim: Claim) {
        byLane[claim.lane, default: 0] += 1
        pools[claim.pace.rawValue].take(for: claim.callback.company)
        bytes.take(claim.bytes, for: claim.callback.company)
    }

    mutating func remove(_ claim: Claim) {
        let left = byLane[claim.lane, default: 0] - 1
        byLane[claim.lane] = left > 0 ? left : nil
        pools[claim.pace.rawValue].free(of: claim.callback.company)
        bytes.free(claim.bytes, of: claim.callback.company)
    }
}

extension EndpointSpeed {
    /// How many claims may be held; those of quick endpoints are more than can be under way, so
    /// that the network has work while the disk is written.
    fileprivate var claims: Int { self == .steady ? 2048 : places }
}
