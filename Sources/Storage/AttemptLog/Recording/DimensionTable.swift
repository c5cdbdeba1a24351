import DeliveryLog
import SQLite

/// Dimensions as stored: each value is a number, or 0 for none.
struct StoredDimensions {
    var id: Int64
    var company: Int64
    /// See ``EndpointNumber``.
    var endpoint: Int64
    var channel: Int64

    /// A placeholder until the dimensions are looked up.
    static let unknown = StoredDimensions(id: 0, company: 0, endpoint: 0, channel: 0)
    var isKnown: Bool { id != 0 }
}

/// Looks up the numbers of dimensions and their values.
///
/// One instance is created per transaction, so that a number from a rolled back transaction is
/// never used again.
struct DimensionTable: ~Copyable {
    private var byIdentity: [ObjectIdentifier: StoredDimensions] = [:]
    private(set) var known: DimensionCache.State
    /// Keeps the objects alive, so that no other object gets the identity of a known one.
    private var identified: [AttemptDimensions] = []
    private let statements: DimensionStatements

    /// - Parameter known: The numbers that earlier transactions found or created.
    init(_ database: Database, known: DimensionCache.State) throws(DatabaseError) {
        self.known = known
        statements = try DimensionStatements(database)
    }

    /// Returns the numbers of dimensions, and creates them if necessary.
    mutating func numbers(of route: AttemptDimensions) throws(DatabaseError) -> StoredDimensions {
        if let known = byIdentity[ObjectIdentifier(route)] { return known }
        let stored: StoredDimensions
        if let same = known.numbers[route] {
            stored = same
        } else {
            stored = try find(route)
            known.numbers[route] = stored
        }
        if identified.count < Self.maximumIdentities {
            identified.append(route)
            byIdentity[ObjectIdentifier(route)] = stored
        }
        return stored
    }

    /// Limits the memory for logs in which every attempt has its own object.
    private static let maximumIdentities = 10_000

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
