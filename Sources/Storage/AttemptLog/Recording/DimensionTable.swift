import DeliveryLog
import SQLite

/// A route as the tables have it: each word is a number, 0 where there is none.
struct StoredDimensions {
    var id: Int64
    var company: Int64
    /// See ``EndpointNumber``.
    var endpoint: Int64
    var channel: Int64

    /// Stands for a route until it is looked up.
    static let unknown = StoredDimensions(id: 0, company: 0, endpoint: 0, channel: 0)
    var isKnown: Bool { id != 0 }
}

/// The numbers that stand for routes, and for the words in them.
///
/// One is made for each transaction, so that a rolled back number is never used again.
struct DimensionTable: ~Copyable {
    private var byIdentity: [ObjectIdentifier: StoredDimensions] = [:]
    private(set) var known: DimensionCache.State
    /// Keeps the objects alive, so that no other one gets the identity of one that is known.
    private var identified: [AttemptDimensions] = []
    private let statements: DimensionStatements

    /// - Parameter known: what earlier transactions have found or made.
    init(_ database: Database, known: DimensionCache.State) throws(DatabaseError) {
        self.known = known
        statements = try DimensionStatements(database)
    }

    /// The numbers of a route; new ones where it is new.
    mutating func numbers(of route: AttemptDimensions) throws(DatabaseError) -> StoredDimensions {
        if let known = byIdentity[ObjectIdentifier(route)] { return known }
        let stored: StoredDimensions
        if let same = known.numbers[route] {
            stored = same
        } else {
            stored = try find(route)
            known.numbers[route] = stored
        }
        if identified.count < Self.mostIdentities {
            identified.append(route)
            byIdentity[ObjectIdentifier(route)] = stored
        }
        return stored
    }

    /// Bounds the memory for logs in which every attempt brings an object of its own.
    private static let mostIdentities = 10_000

    private func find(_ route: AttemptDimensions) throws(DatabaseError) -> StoredDimensions {
        let company = try statements.companies.number(of: [.text(route.company)])
        var profile: Int64 = 0
        if let id = route.profileID {
            profile = try statements.profiles.number(of: [.integer(company), .text(id)])
        }
        let (channel, origin) = (try label(route.channel), try label(route.origin))
        let words: [Int64] = [
            company, profile, channel, try label(route.event), try label(route.method), origin,
        ]
        let id = try statements.routes.number(of: words.map { .integer($0) })
        let endpoint = EndpointNumber.of(profile: profile, origin: origin)
        return StoredDimensions(id: id, company: company, endpoint: endpoint, channel: channel)
    }

    private func label(_ text: String?) throws(DatabaseError) -> Int64 {
        guard let text else { return 0 }
        return try statements.labels.number(of: [.text(text)])
    }
}
