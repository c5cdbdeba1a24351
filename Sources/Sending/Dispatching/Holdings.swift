/// How many claims a process holds, which says how many more it may take.
struct Holdings: ClaimRoom, Sendable {
    private var byLane: [Int64: Int] = [:]
    private var byPace: [Pace: Int] = [:]

    /// How many claims may be held in all, so that the network has work while the disk is written.
    private static let most = 2048

    var isEmpty: Bool { byLane.isEmpty }

    func room(for pace: Pace) -> Int {
        let limit = pace == .steady ? Self.most : pace.placesForAll
        return max(0, limit - byPace[pace, default: 0])
    }

    func room(for lane: Int64, _ pace: Pace) -> Int {
        let limit = pace == .steady ? 4 * pace.placesForOne : pace.placesForOne
        return max(0, limit - byLane[lane, default: 0])
    }

    mutating func add(_ claim: Claim) {
        byLane[claim.lane, default: 0] += 1
        byPace[claim.pace, default: 0] += 1
    }

    mutating func remove(_ claim: Claim) {
        let left = byLane[claim.lane, default: 0] - 1
        byLane[claim.lane] = left > 0 ? left : nil
        byPace[claim.pace, default: 0] -= 1
    }
}
