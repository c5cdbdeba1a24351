import Concurrency
import Storage

/// Counts the claims that a process holds, and how many more it may take.
struct ClaimBudget: ClaimRoom, Sendable {
    private var byEndpoint: [Int64: Int] = [:]
    private var pools = EndpointSpeed.allCases.map {
        CompanyShares(all: $0.claims, forOne: $0.claims / 2)
    }
    /// The memory that claims use. One callback can carry a megabyte of variables.
    private var bytes = CompanyShares(all: 64 << 20, forOne: 16 << 20)

    var isEmpty: Bool { byEndpoint.isEmpty }

    func room(for speed: EndpointSpeed) -> Int {
        let pool = pools[speed.rawValue]
        return max(0, pool.all - pool.taken)
    }

    func room(for group: FairnessGroup) -> Int {
        pools[group.speed.rawValue].room(for: group.company)
    }

    func bytes(for company: String) -> Int { bytes.room(for: company) }

    func room(for endpoint: Int64, _ speed: EndpointSpeed) -> Int {
        let limit = speed == .steady ? 4 * speed.slotsPerEndpoint : speed.slotsPerEndpoint
        return max(0, limit - byEndpoint[endpoint, default: 0])
    }

    mutating func add(_ claim: Claim) {
        byEndpoint[claim.endpoint, default: 0] += 1
        pools[claim.speed.rawValue].take(for: claim.callback.company)
        bytes.take(claim.bytes, for: claim.callback.company)
    }

    mutating func remove(_ claim: Claim) {
        let left = byEndpoint[claim.endpoint, default: 0] - 1
        byEndpoint[claim.endpoint] = left > 0 ? left : nil
        pools[claim.speed.rawValue].free(of: claim.callback.company)
        bytes.free(claim.bytes, of: claim.callback.company)
    }
}

extension EndpointSpeed {
    /// The number of claims that a process may hold.
    ///
    /// For fast endpoints this exceeds the number of concurrent requests, so that requests can
    /// start while the writer waits for the disk.
    fileprivate var claims: Int { self == .steady ? 2048 : slots }
}
