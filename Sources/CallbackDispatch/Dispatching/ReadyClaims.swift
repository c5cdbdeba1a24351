import Storage

/// Claims of one company and speed class that are ready to send. Its endpoints take turns.
struct ReadyClaims {
    private var byEndpoint: [Int64: ArraySlice<Claim>] = [:]
    /// The endpoints that have ready claims, in the order of their turns.
    private var endpoints: ArraySlice<Int64> = []
    /// The endpoints whose turn came while they had no free slot.
    private var skipped: [Int64] = []

    var isEmpty: Bool { byEndpoint.isEmpty }

    var all: [Claim] { (skipped + endpoints).flatMap { byEndpoint[$0] ?? [] } }

    mutating func add(_ claim: Claim) {
        if byEndpoint[claim.endpoint] == nil { endpoints.append(claim.endpoint) }
        byEndpoint[claim.endpoint, default: []].append(claim)
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
