/// How many exchanges may be under way, and how companies and endpoints share the places.
///
/// An endpoint that hangs keeps its places for the whole timeout. So each pace has places of its
/// own: endpoints that answer quickly never wait for slow ones. Within a pace companies share the
/// places, an endpoint has few of them, and the last ones of a company are for its endpoints that
/// have none.
struct ConcurrencyLimiter {
    private var byLane: [Int64: Int] = [:]
    private var pools: [CompanyShares]

    /// The most places that are used, when the system has open files for them.
    static let most = EndpointSpeed.allCases.reduce(0) { $0 + $1.places }

    /// - Parameter places: how many there are of all paces.
    init(places: Int = ConcurrencyLimiter.most) {
        pools = EndpointSpeed.allCases.map { pace in
            let part = { (count: Int) in
                max(2, count * min(places, ConcurrencyLimiter.most) / ConcurrencyLimiter.most)
            }
            return CompanyShares(all: part(pace.places), forOne: part(pace.placesForCompany))
        }
    }

    func count(of lane: Int64) -> Int { byLane[lane, default: 0] }

    /// Whether a company may begin another exchange at that pace.
    func hasRoom(for party: Party) -> Bool {
        pools[party.pace.rawValue].room(for: party.company) > 0
    }

    func admits(_ lane: Int64, of party: Party) -> Bool {
        guard hasRoom(for: party) else { return false }
        let (own, pool) = (count(of: lane), pools[party.pace.rawValue])
        return own < party.pace.placesForLane
            && (own == 0 || pool.count(of: party.company) < pool.forOne * 3 / 4)
    }

    mutating func take(_ lane: Int64, of party: Party) {
        byLane[lane, default: 0] += 1
        pools[party.pace.rawValue].take(for: party.company)
    }

    mutating func free(_ lane: Int64, of party: Party) {
        pools[party.pace.rawValue].free(of: party.company)
        let left = count(of: lane) - 1
        byLane[lane] = left > 0 ? left : nil
    }
}

/// The endpoints of one company that have the same pace, which share places.
struct Party: Hashable, Sendable {
    var company: String
    var pace: EndpointSpeed
}

extension Claim {
    var party: Party { Party(company: callback.company, pace: pace) }
}

extension EndpointSpeed {
    /// How many callbacks of one lane may be under way.
    var placesForLane: Int { self == .steady ? 8 : 2 }

    /// How many of one company.
    var placesForCompany: Int {
        switch self {
        case .fresh: 32
        case .steady: 64
        case .slow: 16
        }
    }

    /// How many of all companies together.
    var places: Int {
        switch self {
        case .fresh: 64
        case .steady: 128
        case .slow: 48
        }
    }

    /// An answer that takes longer than this makes a lane a slow one, in microseconds.
    private static let timeout = 2_000_000

    /// The pace of a lane whose last exchange took that long.
    init(microseconds: Int) {
        self = microseconds < Self.timeout ? .steady : .slow
    }
}
