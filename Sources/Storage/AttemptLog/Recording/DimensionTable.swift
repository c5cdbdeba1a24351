import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import Synchronization

/// Dimensions as stored: each value is a number, or 0 for none.
struct StoredDimensions {
    var id: Int64
    var company: Int64
    /// See ``EndpointNumber``.
    var endpoint: Int64
    var channel: Int64
    /// No attempt with these dimensions finished after this UTC day, counted from 1970.
    var lastDay: Int64 = 0

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
    /// The last day on which each route is used, if this transaction changed it.
    private var newLastDays: [Int64: Int64] = [:]
    private let database: Database
    private let statements: DimensionStatements

    /// - Parameter known: The dimensions that earlier transactions looked up or created.
    init(
        _ database: Database, known: DimensionCache.State, _ hasher: CallbackHasher
    ) throws(StorageError) {
        self.known = known
        self.known.hasher = hasher
        self.database = database
        statements = try DimensionStatements(database)
    }

    /// Notes that an attempt with these dimensions may finish at an instant, and none after it.
    ///
    /// Pruning deletes a route whose last day it has dropped; see ``DimensionPruning``.
    mutating func noteUse(
        of route: AttemptDimensions, until instant: Instant
    ) throws(StorageError) {
        let stored = try numbers(of: route)
        let day = BucketSize.day.number(of: instant)
        guard day > newLastDays[stored.id] ?? stored.lastDay else { return }
        newLastDays[stored.id] = day
        known.numbers[route]?.lastDay = day
    }

    /// Writes the noted uses. Must be called once, before the transaction is committed.
    func writeUses() throws(StorageError) {
        guard !newLastDays.isEmpty else { return }
        let update = try database.prepare(
            "UPDATE routes SET last_day = ?1 WHERE id = ?2 AND last_day < ?1")
        for (id, day) in newLastDays {
            update.bind(day, at: 1)
            update.bind(id, at: 2)
            try update.run()
        }
    }

    /// Returns the numbers of a route. A new route gets new numbers.
    mutating func numbers(of route: AttemptDimensions) throws(StorageError) -> StoredDimensions {
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

    private func find(_ route: AttemptDimensions) throws(StorageError) -> StoredDimensions {
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
        for label in [channel, profile == 0 ? origin : 0] where label > 0 {
            try database.execute(
                "UPDATE labels SET is_counted = 1 WHERE id = ? AND is_counted = 0",
                [.integer(label)])
        }
        return StoredDimensions(
            id: id, company: company,
            endpoint: EndpointNumber.of(profile: profile, origin: origin), channel: channel,
            lastDay: try database.integer(
                "SELECT last_day FROM routes WHERE id = ?", [.integer(id)]))
    }

    private func label(_ text: String?) throws(StorageError) -> Int64 {
        guard let text else { return 0 }
        return try statements.labels.number(of: [.text(text)])
    }
}

/// Caches the numbers of dimensions that are on disk. A frequent writer need not look them up
/// again, and batches can be prepared with them on any thread.
package final class DimensionCache: Sendable {
    struct State {
        var numbers: [AttemptDimensions: StoredDimensions] = [:]
        /// The schema version under which they are valid, because a restored backup may not contain
        /// them.
        var schema: Int64?
        /// The hasher of the file, or nil before the first transaction.
        var hasher: CallbackHasher?
    }

    private let last = Mutex(State())
    /// Limits the memory of a long-running process.
    private static let maximum = 10_000

    init() {}

    var state: State { last.withLock { $0 } }

    /// Returns the cached numbers if they are valid for a schema version.
    func state(under schema: Int64) -> State {
        let state = state
        return state.schema == schema ? state : State(schema: schema)
    }

    /// Replaces the cache after a transaction has committed.
    func replace(with state: State) {
        last.withLock { last in
            last = state
            if state.numbers.count > Self.maximum { last.numbers = [:] }
        }
    }
}

/// A table that assigns numbers to the values of its other columns.
struct NumberedTable: ~Copyable {
    private let find: Statement
    private let insert: Statement

    init(
        _ name: String, _ columns: [String], of database: Database
    ) throws(StorageError) {
        let conditions = columns.map { "\($0) = ?" }.joined(separator: " AND ")
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        let find = try database.prepare("SELECT id FROM \(name) WHERE \(conditions)")
        let insert = try database.prepare(
            "INSERT INTO \(name)(\(columns.joined(separator: ", "))) VALUES(\(marks)) RETURNING id")
        self.find = find
        self.insert = insert
    }

    /// Returns the number of the row with these values, which is added if it does not exist.
    func number(of values: [Value]) throws(StorageError) -> Int64 {
        find.bind(values)
        if try find.step() {
            defer { find.reset() }
            return find.integer(0)
        }
        insert.bind(values)
        return try insert.returned() ?? 0
    }
}

/// The tables of dimensions and their values.
struct DimensionStatements: ~Copyable {
    let companies: NumberedTable
    let profiles: NumberedTable
    let labels: NumberedTable
    let routes: NumberedTable

    init(_ database: Database) throws(StorageError) {
        let companies = try NumberedTable("companies", ["sid"], of: database)
        let profiles = try NumberedTable("profiles", ["company", "profile_id"], of: database)
        let labels = try NumberedTable("labels", ["text"], of: database)
        let routes = try NumberedTable(
            "routes", ["company", "profile", "channel", "event", "method", "origin"],
            of: database)
        // A noncopyable value must be initialized completely or not at all.
        self.companies = companies
        self.profiles = profiles
        self.labels = labels
        self.routes = routes
    }
}
