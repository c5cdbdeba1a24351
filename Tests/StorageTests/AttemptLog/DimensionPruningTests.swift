import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// Routes, labels and profiles that nothing refers to any more.
@Suite struct DimensionPruningTests {
    private let folder: TemporaryDirectory
    private let log: AttemptLog
    private let day = Instant(seconds: 1_790_035_200)

    init() throws {
        folder = try TemporaryDirectory()
        log = try AttemptLog(Database(path: folder.path(of: "log.db")))
    }

    private var database: Database { log.database }

    private func attempt(
        _ id: String, days: Int64, event: String, outcome: Outcome = .delivered
    ) -> Attempt {
        Attempt(
            company: "HA", callbackID: id, finishedAt: day.advanced(seconds: days * 86_400 + 60),
            outcome: outcome, profileID: "p", channel: "sms", event: event,
            origin: "https://\(event).example")
    }

    @discardableResult
    private func record(
        _ attempts: Attempt..., in other: AttemptLog? = nil
    ) throws(StorageError) -> [RecordResult] {
        try (other ?? log).write { (writer) throws(StorageError) in try writer.record(attempts) }
    }

    private func labels() throws -> [String] {
        try database.rows("SELECT text FROM labels ORDER BY text") { $0.text(0) }
    }

    private func prune(days: Int64) throws {
        try log.prune(before: day.advanced(seconds: days * 86_400))
    }

    @Test func whatOnlyPrunedAttemptsHadGoes() throws {
        try record(
            attempt("c1", days: 0, event: "old"), attempt("c2", days: 2, event: "new"))
        try prune(days: 1)
        #expect(try labels() == ["https://new.example", "new", "sms"])
        #expect(try database.integer("SELECT count(*) FROM routes") == 1)
        #expect(try log.verify().isGood)
    }

    @Test func whatAKeptAttemptHasStays() throws {
        try record(attempt("c1", days: 0, event: "old", outcome: .retrying))
        try prune(days: 1)
        #expect(try labels() == ["https://old.example", "old", "sms"])
        #expect(try log.attempts(AttemptFilter(company: "HA"), limit: 9).map(\.event) == ["old"])
        try record(attempt("c1", days: 2, event: "old"))
        try prune(days: 3)
        #expect(try labels() == ["sms"])
        #expect(try log.verify().isGood)
    }

    @Test func namesThatCountsAreByStay() throws {
        try record(
            Attempt(
                company: "HA", callbackID: "c", finishedAt: day, outcome: .failed,
                reason: .timeout, channel: "voice", event: "call_end",
                origin: "https://a.example"))
        try prune(days: 1)
        #expect(try labels() == ["https://a.example", "voice"])
        let all = Period(start: day, end: day.advanced(seconds: 86_400))
        let lines = try log.counts(company: "HA", in: all).lines
        #expect(lines.map(\.endpoint) == [.origin("https://a.example")])
        #expect(lines.map(\.channel) == ["voice"])
    }

    /// Another program that remembers the number of a deleted route does not use it.
    @Test func whoRemembersADeletedRouteLooksItUpAgain() throws {
        let other = try AttemptLog(Database(path: folder.path(of: "log.db")))
        let first = attempt("c1", days: 0, event: "old")
        try record(first, in: other)
        let prepared = PreparedBatch([attempt("c2", days: 2, event: "old")], other.knownRoutes)
        try record(attempt("c3", days: 2, event: "new"))
        try prune(days: 1)
        #expect(try database.integer("SELECT count(*) FROM routes") == 1)
        _ = try other.write { (writer) throws(StorageError) in
            var groups = [prepared]
            return try writer.record(&groups)
        }
        try record(attempt("c4", days: 2, event: "old"), in: other)
        #expect(
            try log.attempts(AttemptFilter(company: "HA"), limit: 9).compactMap(\.event).sorted()
                == ["new", "old", "old"])
        #expect(try log.verify().isGood)
    }

    @Test func aRefusedRecordLeavesNothing() throws {
        try prune(days: 1)
        #expect(try record(attempt("c1", days: 0, event: "old")) == [.tooOld])
        try prune(days: 1)
        #expect(try database.integer("SELECT count(*) FROM routes") == 0)
        #expect(try database.integer("SELECT count(*) FROM profiles") == 0)
        #expect(try labels() == ["sms"])
    }

    @Test func aProfileThatTheGatewayNamesStays() throws {
        try log.setTitle("Orders", ofProfile: "p", company: "HA")
        try log.setTitle("Shop", ofProfile: "q", company: "HA")
        try log.setTitle(nil, ofProfile: "q", company: "HA")
        try prune(days: 1)
        #expect(try database.rows("SELECT profile_id FROM profiles") { $0.text(0) } == ["p"])
    }

    @Test func manyGoInSteps() throws {
        let attempts = (0..<2500).map { attempt("c\($0)", days: 0, event: "e\($0)") }
        _ = try log.write { (writer) throws(StorageError) in try writer.record(attempts) }
        try prune(days: 1)
        #expect(try labels() == ["sms"])
    }

    @Test(arguments: [
        "UPDATE routes SET last_day = 0", "UPDATE labels SET is_counted = 0",
        "UPDATE labels SET is_counted = 5",
    ])
    func aWrongMarkIsFoundAndRepaired(damage: String) throws {
        try record(attempt("c1", days: 0, event: "old"))
        try database.execute(damage)
        #expect(try !log.verify().isGood)
        try log.repair()
        #expect(try log.verify().isGood)
    }

    // MARK: Anything

    /// Two programs record, correct and prune random attempts. The remaining attempts are unchanged,
    /// the counts include the pruned ones, and only names that something refers to remain.
    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func nothingThatIsReferredToDisappears(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let other = try AttemptLog(Database(path: folder.path(of: "log.db")))
        var recorded: [String: Attempt] = [:]
        var today: Int64 = 0
        for step in 0..<60 {
            let log = Bool.random(using: &random) ? log : other
            switch Int.random(in: 0..<8, using: &random) {
            case 0: today += Int64.random(in: 1...3, using: &random)
            case 1:
                let limit = today - Int64.random(in: 0...3, using: &random)
                try log.prune(before: day.advanced(seconds: limit * 86_400))
            default:
                let attempts = (0..<Int.random(in: 1...20, using: &random)).map { number in
                    Attempt(
                        company: "HA", callbackID: "c\(step)-\(number)",
                        finishedAt: day.advanced(
                            seconds: (today - Int64.random(in: 0...2, using: &random)) * 86_400),
                        outcome: Outcome.allCases.randomElement(using: &random) ?? .failed,
                        profileID: ["p", "q", nil].randomElement(using: &random) ?? nil,
                        channel: ["sms", "voice", nil].randomElement(using: &random) ?? nil,
                        event: "e\(Int.random(in: 0...20, using: &random))",
                        method: ["GET", "POST", nil].randomElement(using: &random) ?? nil,
                        origin: "https://\(Int.random(in: 0...9, using: &random)).example")
                }
                let results = try log.write { (writer) throws(StorageError) in
                    try writer.record(attempts)
                }
                for (attempt, result) in zip(attempts, results) where result == .added {
                    recorded[attempt.callbackID] = attempt
                }
            }
        }
        let left = try log.attempts(AttemptFilter(company: "HA"), limit: 10_000)
        for attempt in left { try #require(recorded[attempt.callbackID] == attempt) }
        let all = Period(start: Instant(seconds: 0), end: Instant(seconds: 1 << 33))
        let lines = try log.counts(company: "HA", in: all).lines
        #expect(lines.reduce(0) { $0 + $1.count } == recorded.count)
        var expected: [[String?]: Int] = [:]
        for attempt in recorded.values {
            let endpoint = attempt.profileID ?? attempt.origin
            expected[[endpoint, attempt.channel, attempt.outcome.name], default: 0] += 1
        }
        var found: [[String?]: Int] = [:]
        for line in lines {
            found[[line.endpoint.id, line.channel, line.outcome.name], default: 0] += line.count
        }
        #expect(found == expected)
        #expect(try log.verify().isGood)
        // After everything is pruned only the names of counts are left.
        try log.prune(before: day.advanced(seconds: (today + 9) * 86_400))
        let kept = Set(try log.attempts(AttemptFilter(company: "HA"), limit: 10_000).map(\.event))
        let events = try labels().filter { $0.hasPrefix("e") }
        #expect(Set(events) == Set(kept.compactMap { $0 }))
    }
}
