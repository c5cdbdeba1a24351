import Concurrency
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
            let group = claim.group
            let isFirst = ready[group, default: ReadyClaims()].add(claim)
            if isFirst { groups.append(group) }
        }
        readyCount += claims.count
    }

    /// Assigns a slot to every claim that may have one, and returns those claims.
    ///
    /// Companies take turns, and so do the endpoints of each company.
    mutating func start() -> [Claim] {
        guard readyCount > 0 else { return [] }
        var started: [Claim] = []
        var turns = Array(groups.indices)[...]
        var areServed = groups.map { _ in false }
        while let index = turns.popFirst() {
            let group = groups[index]
            guard limiter.hasRoom(for: group),
                let claim = ready[group]?.next(for: group, in: limiter)
            else { continue }
            limiter.take(claim.endpoint, of: group)
            started.append(claim)
            areServed[index] = true
            turns.append(index)
        }
        readyCount -= started.count
        settle(areServed)
        return started
    }

    /// Puts the groups that got no slot first for the next round.
    private mutating func settle(_ areServed: [Bool]) {
        var (unserved, served): ([FairnessGroup], [FairnessGroup]) = ([], [])
        for (group, isServed) in zip(groups, areServed) {
            ready[group]?.restoreSkipped()
            if ready[group]?.isEmpty ?? true {
                ready[group] = nil
            } else if isServed {
                served.append(group)
            } else {
                unserved.append(group)
            }
        }
        groups = unserved + served
    }

    /// Frees the slot of a claim whose exchange has ended.
    mutating func end(_ claim: Claim) {
        limiter.free(claim.endpoint, of: claim.group)
        held.remove(claim)
    }

    /// Removes and returns the claims that have not started and match the condition.
    mutating func takeReady(where isWanted: (Claim) -> Bool = { _ in true }) -> [Claim] {
        guard readyCount > 0 else { return [] }
        guard ready.values.contains(where: { $0.contains(where: isWanted) }) else { return [] }
        let claims = groups.flatMap { ready[$0]?.all ?? [] }
        let (kept, taken) = claims.partitioned(by: isWanted)
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

/// Counts the claims that a process holds, and how many more it may take.
struct ClaimBudget: ClaimCapacity, Sendable {
    private var byEndpoint: [Int64: Int] = [:]
    private var pools = EndpointSpeed.allCases.map {
        FairShareLimiter(total: $0.claims, maxPerCompany: $0.claims / 2)
    }
    /// The memory that claims use. One callback can carry a megabyte of variables.
    private var bytes = FairShareLimiter(total: 64 << 20, maxPerCompany: 16 << 20)
    /// What may be claimed in one transaction, or nil for no other limit.
    private var new: FairShareLimiter?

    var isEmpty: Bool { byEndpoint.isEmpty }

    /// Limits the claims of one transaction, of which no company may have more than half.
    mutating func limitNewClaims(to count: Int?) {
        new = count.map { FairShareLimiter(total: $0, maxPerCompany: ($0 + 1) / 2) }
    }

    func available(for speed: EndpointSpeed) -> Int {
        let pool = pools[speed.rawValue]
        let left = new.map { $0.total - $0.taken } ?? .max
        return max(0, min(left, pool.total - pool.taken))
    }

    func available(for group: FairnessGroup) -> Int {
        min(
            new?.available(for: group.company) ?? .max,
            pools[group.speed.rawValue].available(for: group.company))
    }

    func bytes(for company: String) -> Int { bytes.available(for: company) }

    func available(for endpoint: Int64, _ speed: EndpointSpeed) -> Int {
        let limit = speed == .steady ? 4 * speed.slotsPerEndpoint : speed.slotsPerEndpoint
        return max(0, limit - byEndpoint[endpoint, default: 0])
    }

    mutating func add(_ claim: Claim) {
        byEndpoint[claim.endpoint, default: 0] += 1
        new?.take(for: claim.callback.company)
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
    /// start while the writer waits for the disk. More claims would let one company send faster, but
    /// delay the others: with twice as many, their p99 in the soak was 62 instead of 46 ms.
    fileprivate var claims: Int { self == .steady ? 2048 : slots }
}

/// Limits the number of concurrent requests and divides the slots among companies and endpoints.
///
/// An endpoint that hangs occupies its slots for the full timeout. Therefore each speed class has
/// its own slots, and fast endpoints never wait for slow ones. Within a class, companies share the
/// slots and each endpoint gets only a few. The last slots of a company are reserved for its
/// endpoints that have no request in flight. All classes together have a limit for each company,
/// which is higher than that of new and slow endpoints together.
struct ConcurrencyLimiter {
    private var byEndpoint: [Int64: Int] = [:]
    private var pools: [FairShareLimiter]
    private var byCompany: [String: Int] = [:]
    private let slotsPerCompany: Int

    /// The maximum number of concurrent requests of one company.
    static let slotsPerCompany = 64

    /// The maximum number of slots. A process with fewer file descriptors uses fewer.
    static let maxCount = EndpointSpeed.allCases.reduce(0) { $0 + $1.slots }

    /// - Parameter slots: The total number of slots across all speed classes.
    init(slots: Int = ConcurrencyLimiter.maxCount) {
        let part = { (count: Int) in
            max(2, count * min(slots, Self.maxCount) / Self.maxCount)
        }
        // At least one for each class.
        slotsPerCompany = max(EndpointSpeed.allCases.count, part(Self.slotsPerCompany))
        pools = EndpointSpeed.allCases.map { speed in
            FairShareLimiter(total: part(speed.slots), maxPerCompany: part(speed.slotsPerCompany))
        }
    }

    func count(of endpoint: Int64) -> Int { byEndpoint[endpoint, default: 0] }

    /// Returns whether a company may start another request to endpoints of this speed.
    func hasRoom(for group: FairnessGroup) -> Bool {
        byCompany[group.company, default: 0] < slotsPerCompany
            && pools[group.speed.rawValue].available(for: group.company) > 0
    }

    /// Returns whether an endpoint may start another request, if ``hasRoom(for:)`` is true.
    func admits(_ endpoint: Int64, of group: FairnessGroup) -> Bool {
        let own = count(of: endpoint)
        guard own > 0, own < group.speed.slotsPerEndpoint else { return own == 0 }
        let pool = pools[group.speed.rawValue]
        return pool.count(of: group.company) < pool.maxPerCompany * 3 / 4
    }

    mutating func take(_ endpoint: Int64, of group: FairnessGroup) {
        byEndpoint[endpoint, default: 0] += 1
        byCompany[group.company, default: 0] += 1
        pools[group.speed.rawValue].take(for: group.company)
    }

    mutating func free(_ endpoint: Int64, of group: FairnessGroup) {
        pools[group.speed.rawValue].free(of: group.company)
        byCompany.subtract(1, from: group.company)
        let left = count(of: endpoint) - 1
        byEndpoint[endpoint] = left > 0 ? left : nil
    }
}

extension EndpointSpeed {
    /// The maximum number of concurrent requests to one endpoint.
    var slotsPerEndpoint: Int { self == .steady ? 8 : 2 }

    /// The maximum number of concurrent requests for one company.
    var slotsPerCompany: Int {
        switch self {
        case .fresh: 32
        case .steady: 64
        case .slow: 16
        }
    }

    /// The maximum number of concurrent requests for all companies.
    var slots: Int {
        switch self {
        case .fresh: 64
        case .steady: 128
        case .slow: 48
        }
    }
}

/// Claims of one company and speed class that are ready to send. Its endpoints take turns.
struct ReadyClaims {
    private var byEndpoint: [Int64: ArraySlice<Claim>] = [:]
    /// The endpoints that have ready claims, in the order of their turns.
    private var endpoints: ArraySlice<Int64> = []
    /// The endpoints whose turn came while they had no free slot.
    private var skipped: [Int64] = []

    var isEmpty: Bool { byEndpoint.isEmpty }

    var all: [Claim] { (skipped + endpoints).flatMap { byEndpoint[$0] ?? [] } }

    func contains(where isWanted: (Claim) -> Bool) -> Bool {
        byEndpoint.values.contains { $0.contains(where: isWanted) }
    }

    /// Returns whether there was no other claim.
    mutating func add(_ claim: Claim) -> Bool {
        let isFirst = isEmpty
        if byEndpoint[claim.endpoint] == nil { endpoints.append(claim.endpoint) }
        byEndpoint[claim.endpoint, default: []].append(claim)
        return isFirst
    }

    /// Removes and returns the next claim whose endpoint has a free slot, or `nil`.
    mutating func next(for group: FairnessGroup, in limiter: ConcurrencyLimiter) -> Claim? {
        while let endpoint = endpoints.popFirst() {
            guard limiter.admits(endpoint, of: group), let claim = byEndpoint[endpoint]?.popFirst()
            else {
                skipped.append(endpoint)
                continue
            }
            if byEndpoint[endpoint]?.isEmpty == false {
                endpoints.append(endpoint)
            } else {
                byEndpoint[endpoint] = nil
            }
            return claim
        }
        return nil
    }

    /// Moves the skipped endpoints back to the front.
    mutating func restoreSkipped() {
        guard !skipped.isEmpty else { return }
        endpoints = skipped + endpoints
        skipped = []
    }
}
