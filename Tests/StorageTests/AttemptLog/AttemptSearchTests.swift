import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// Pages of a company's attempts, compared with filtering all attempts.
@Suite struct AttemptSearchTests {
    private let folder: TemporaryDirectory
    private let database: Database
    private let log: AttemptLog

    init() throws {
        folder = try TemporaryDirectory()
        database = try Database(path: folder.path(of: "log.db"))
        log = try AttemptLog(database)
    }

    private func record(_ attempts: [Attempt]) throws {
        try log.write { (writer) throws(StorageError) in _ = try writer.record(attempts) }
    }

    /// Returns all attempts, newest first.
    private func all() throws -> [Attempt] {
        try database.rows(AttemptReader.select + " ORDER BY place DESC") {
            AttemptReader.attempt($0)
        }
    }

    private func matches(_ attempt: Attempt, _ filter: AttemptFilter) -> Bool {
        attempt.company == filter.company
            && filter.profileID.map { $0 == attempt.profileID } ?? true
            && filter.channel.map { $0 == attempt.channel } ?? true
            && filter.outcome.map { $0 == attempt.outcome } ?? true
            && filter.reason.map { $0 == attempt.reason } ?? true
            && filter.start.map { attempt.finishedAt >= $0 } ?? true
            && filter.end.map { attempt.finishedAt < $0 } ?? true
    }

    @Test(arguments: 1...3) func pagesEqualFilteringAllAttempts(seed: UInt64) throws {
        var generator = AttemptGenerator(seed: seed)
        try record((0..<1500).map { _ in generator.attempt() })
        if seed == 3 { try log.prune(before: generator.start.advanced(seconds: 200_000)) }
        let all = try all()
        for _ in 0..<200 {
            var filter = AttemptFilter(company: Bool.random(using: &generator.random) ? "HA" : "HB")
            func one<Value>(_ values: [Value]) -> Value? {
                Int.random(in: 0..<3, using: &generator.random) == 0
                    ? values.randomElement(using: &generator.random) : nil
            }
            filter.profileID = one(["p1", "p2", "p3"])
            filter.channel = one(["sms", "voice", "fax"])
            filter.outcome = one(Outcome.allCases)
            filter.reason = one(Reason.allCases)
            if Bool.random(using: &generator.random) { filter.start = generator.instant() }
            if Bool.random(using: &generator.random) { filter.end = generator.instant() }
            let (limit, offset) = (
                Int.random(in: 0...40, using: &generator.random),
                one([0, 1, 30, 500, Int.max]) ?? 0
            )
            let found = try log.attempts(filter, limit: limit, offset: offset)
            let expected = all.filter { matches($0, filter) }.dropFirst(offset).prefix(limit)
            #expect(found == Array(expected), "\(filter) \(limit) \(offset)")
        }
    }

    private func attempt(_ company: String, _ id: Int, _ outcome: Outcome = .delivered) -> Attempt {
        Attempt(
            company: company, callbackID: "c\(id)",
            finishedAt: Instant(seconds: 1_790_000_000 + Int64(id) * 60), outcome: outcome,
            profileID: id % 500 == 0 ? "rare" : "usual")
    }

    private func lookups(_ filter: AttemptFilter, _ count: Int) throws -> (found: Int, lookups: Int)
    {
        let sid = try #require(filter.company)
        let company = try #require(try log.id(ofCompany: sid))
        var search = try AttemptSearch(database, company, filter)
        return (try search.places(count, offset: 0).count, search.lookups)
    }

    @Test func oldAttemptOfSmallCompanyNeedsOneLookup() throws {
        try record([attempt("small", 0)] + (1..<5000).map { attempt("large", $0) })
        #expect(try lookups(AttemptFilter(company: "small"), 25) == (1, 1))
        #expect(try lookups(AttemptFilter(company: "large"), 25) == (25, 3))
    }

    @Test func excludedQuartersAreNotRead() throws {
        try record((1..<5000).map { attempt("large", $0, $0 % 1000 == 0 ? .failed : .delivered) })
        var filter = AttemptFilter(company: "large")
        filter.profileID = "rare"
        #expect(try lookups(filter, 25) == (9, 9))
        filter.outcome = .failed
        #expect(try lookups(filter, 25) == (4, 4))
        filter.profileID = "nobody"
        #expect(try lookups(filter, 25) == (0, 0))
    }

    @Test func supersededAttemptIsFound() throws {
        var later = attempt("small", 3000)
        (later.callbackID, later.number) = ("c0", 2)
        try record([attempt("small", 0), later] + (1..<3000).map { attempt("large", $0) })
        #expect(try lookups(AttemptFilter(company: "small"), 25) == (2, 2))
    }

    @Test func damagedCountsDoNotHideAttempts() throws {
        try record([attempt("small", 0)])
        try database.execute("UPDATE counts SET cells = x'ff'")
        var filter = AttemptFilter(company: "small")
        filter.outcome = .delivered
        #expect(try lookups(filter, 25) == (1, 1))
    }
}
