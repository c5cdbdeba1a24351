import CivilTime
import DeliveryLog
import SQL
import Storage
import StorageErrors
import TestSupport
import Testing

/// The log compared with the brute-force model, for attempts in any order, duplicates, and
/// conflicts.
@Suite struct RecountTests {
    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func filled(seed: UInt64, count: Int = 1500) throws -> (
        AttemptLog, Model, AttemptGenerator
    ) {
        var generator = AttemptGenerator(seed: seed)
        var model = Model()
        let log = try AttemptLog(Database(path: folder.path(of: "\(seed).db")))
        var rest = (0..<count).map { _ in generator.attempt() }
        rest += rest.prefix(count / 5)
        rest.shuffle(using: &generator.random)
        while !rest.isEmpty {
            let slice = rest.prefix(Int.random(in: 1...400, using: &generator.random))
            try log.write { (writer) throws(StorageError) in
                for attempt in slice { _ = try writer.record(attempt) }
            }
            for attempt in slice { model.record(attempt) }
            rest.removeFirst(slice.count)
        }
        return (log, model, generator)
    }

    @Test(arguments: 1...4) func anyPeriodEqualsRecount(seed: UInt64) throws {
        var (log, model, generator) = try filled(seed: seed)
        for _ in 0..<60 {
            let period = generator.period()
            for company in ["HA", "HB", "unknown"] {
                let expected = model.tally(company, period)
                #expect(try log.tally(company: company, in: period) == expected)
                #expect(try log.counts(company: company, in: period).tally == expected)
            }
        }
    }

    @Test func detailsEqualRecount() throws {
        var (log, model, generator) = try filled(seed: 9)
        for _ in 0..<20 {
            let period = generator.period()
            let counts = try log.counts(company: "HA", in: period)
            let latest = model.latest("HA").filter { period.contains($0.finishedAt) }
            for line in counts.lines {
                let same = latest.filter {
                    $0.endpoint == line.endpoint && $0.channel == line.channel
                        && $0.outcome == line.outcome && $0.reason == line.reason
                }
                #expect(same.count == line.count)
            }
            var latency = Histogram()
            for attempt in latest where attempt.outcome == .delivered {
                latency.add(milliseconds: attempt.durationMilliseconds ?? -1)
            }
            #expect(counts.latency == latency)
        }
    }

    private static let endpoints: Set<Endpoint> = [
        .profile("p1"), .profile("p2"), .profile("p3"), .origin("https://a.example"),
        .origin("https://b.example:8443"), .origin("https://c.example"), .unknown,
    ]

    @Test(arguments: 1...3) func undeliveredRunsEqualRecount(seed: UInt64) throws {
        var (log, model, generator) = try filled(seed: seed, count: 400)
        for _ in 0..<40 {
            let end = generator.instant()
            let runs = try log.undeliveredRuns(
                company: "HA", of: Self.endpoints, asOf: end, enough: 3)
            for endpoint in Self.endpoints {
                #expect(
                    runs[endpoint] == model.undeliveredRun("HA", endpoint, asOf: end, enough: 3))
            }
        }
    }

    @Test(arguments: 1...3) func failingEndpointsEqualRecount(seed: UInt64) throws {
        var (log, model, generator) = try filled(seed: seed, count: 800)
        var rule = FailureRule()
        rule.minimumCallbacks = 3
        for _ in 0..<40 {
            let period = generator.period()
            let troubled = try log.troubledEndpoints(company: "HA", in: period, by: rule)
            let failing = troubled.filter(\.isFailing).map(\.endpoint)
            #expect(Set(failing) == model.failing("HA", in: period, by: rule))
        }
    }

    @Test(arguments: 1...3) func supersededCallbacksEqualRecount(seed: UInt64) throws {
        var (log, model, generator) = try filled(seed: seed)
        for _ in 0..<30 {
            let period = generator.period()
            let end = max(period.end, generator.instant())
            let moved = try log.moved(company: "HA", outOf: period, before: end)
            #expect(moved == model.moved("HA", period, before: end))
        }
    }

    @Test func failuresAreFailedCallbacks() throws {
        var (log, model, generator) = try filled(seed: 5)
        let period = generator.period()
        var found: [Attempt] = []
        try log.forEachFailure(company: "HA", in: period) { found.append($0) }
        let expected = model.latest("HA").filter {
            $0.outcome == .failed && period.contains($0.finishedAt)
        }
        #expect(Set(found) == Set(expected))
        #expect(found.count == expected.count)
        #expect(found.map(\.finishedAt) == found.map(\.finishedAt).sorted())
    }

    @Test func verifyFindsNoProblem() throws {
        let (log, model, _) = try filled(seed: 6)
        let result = try log.verify()
        #expect(result.isGood)
        #expect(result.attempts == model.attempts.count)
        #expect(result.callbacks == model.latest("HA").count + model.latest("HB").count)
    }

    @Test func countsAreIndependentOfArrivalOrder() throws {
        var generator = AttemptGenerator(seed: 77)
        let attempts = (0..<2000).map { _ in generator.attempt() }
        var states: Set<[String]> = []
        for seed in 1...3 {
            let database = try Database(path: folder.path(of: "order\(seed).db"))
            let log = try AttemptLog(database)
            // The numbers of words depend on the order of arrival, so they are assigned first.
            try log.write { (writer) throws(StorageError) in
                for attempt in attempts { _ = try writer.record(attempt) }
            }
            try database.executeAll(
                """
                DELETE FROM attempts; DELETE FROM counts; DELETE FROM callback_segments;
                DELETE FROM segment_filters; DELETE FROM segment_entries
                """)
            for attempt in attempts.shuffled(using: &generator.random) {
                try log.write { (writer) throws(StorageError) in
                    _ = try writer.record(attempt)
                }
            }
            states.insert(
                try database.rows(
                    "SELECT company, level, start, hex(cells) FROM counts ORDER BY 1, 2, 3", [],
                    { "\($0.int(0)) \($0.int(1)) \($0.int(2)) \($0.text(3))" }))
        }
        #expect(states.count == 1)
    }
}
