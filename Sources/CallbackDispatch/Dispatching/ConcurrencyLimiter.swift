import Concurrency
import Storage

/// Limits the number of concurrent requests and divides the slots among companies and endpoints.
///
/// An endpoint that hangs occupies its slots for the full timeout. Therefore each speed class has
/// its own slots, and fast endpoints never wait for slow ones. Within a class, companies share the
/// slots and each endpoint gets only a few. The last slots of a company are reserved for its
/// endpoints that have no request in flight.
struct ConcurrencyLimiter {
    private var byEndpoint: [Int64: Int] = [:]
    private var pools: [CompanyShares]

    /// The maximum number of slots. A process with fewer file descriptors uses fewer.
    static let maxCount = EndpointSpeed.allCases.reduce(0) { $0 + $1.slots }

    /// - Parameter slots: The total number of slots across all speed classes.
    init(slots: Int = ConcurrencyLimiter.maxCount) {
        pools = EndpointSpeed.allCases.map { speed in
            let part = { (count: Int) in
                max(
                    2, count * min(slots, ConcurrencyLimiter.maxCount) / ConcurrencyLimiter.maxCount
                )
            }
            return CompanyShares(all: part(speed.slots), forOne: part(speed.slotsPerCompany))
        }
    }

    func count(of endpoint: Int64) -> Int { byEndpoint[endpoint, default: 0] }

    /// Returns whether a company may start another request to endpoints of this speed.
    func hasRoom(for group: FairnessGroup) -> Bool {
        pools[group.speed.rawValue].room(for: group.company) > 0
    }

    func admits(_ endpoint: Int64, of group: FairnessGroup) -> Bool {
        guard hasRoom(for: group) else { return false }
        let (own, pool) = (count(of: endpoint), pools[group.speed.rawValue])
        return own < group.speed.slotsPerEndpoint
            && (own == 0 || pool.count(of: group.company) < pool.forOne * 3 / 4)
    }

    mutating func take(_ endpoint: Int64, of group: FairnessGroup) {
        byEndpoint[endpoint, default: 0] += 1
        pools[group.speed.rawValue].take(for: group.company)
    }

    mutating func free(_ endpoint: Int64, of group: FairnessGroup) {
        pools[group.speed.rawValue].free(of: group.company)
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
