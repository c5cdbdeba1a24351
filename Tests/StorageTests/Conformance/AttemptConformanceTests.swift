import CivilTime
import DeliveryLog
import Storage
import StorageErrors
import TestSupport
import Testing

/// What the log of attempts promises on every engine.
@Suite struct AttemptConformanceTests {
    private let period = Period(
        start: Instant(seconds: 1_790_000_000), end: Instant(seconds: 1_790_400_000))

    /// Attempts with duplicates, corrections and several attempts at one callback.
    private func attempts(_ random: inout SeededRandom) -> [Attempt] {
        (0..<300).map { _ in
            Attempt(
                company: ["HA", "HB"].randomElement(using: &random) ?? "HA",
                callbackID: "c\(Int.random(in: 0..<60, using: &random))",
                number: Int.random(in: 1...3, using: &random),
                finishedAt: period.start.advanced(
                    seconds: 3600 * Int64.random(in: 0..<100, using: &random)),
                outcome: Outcome.allCases.randomElement(using: &random) ?? .failed,
                profileID: "IN_1")
        }
    }

    private func record(_ attempts: some Sequence<Attempt>, in log: AttemptLog) throws {
        try log.write { (writer) throws(StorageError) in
            for attempt in attempts { _ = try writer.record(attempt) }
        }
    }

    @Test(arguments: TestEngine.allCases, [1, 2, 3, 4] as [UInt64])
    func `counts are exact in any order and from several writers`(
        engine: TestEngine, seed: UInt64
    ) throws {
        let database = try TestDatabase(engine)
        let connections = [try database.connect().log, try database.connect().log]
        var random = SeededRandom(seed: seed)
        let attempts = attempts(&random)
        var model = Model()
        for attempt in attempts { model.record(attempt) }
        // Everything is recorded twice, each time in another order.
        var rest = (attempts + attempts).shuffled(using: &random)[...]
        while !rest.isEmpty {
            let size = Int.random(in: 1...40, using: &random)
            let log = connections.randomElement(using: &random) ?? connections[0]
            try record(rest.prefix(size), in: log)
            rest = rest.dropFirst(size)
        }
        for company in ["HA", "HB"] {
            let counted = try connections[0].tally(company: company, in: period)
            #expect(counted == model.tally(company, period))
        }
        #expect(try connections[1].verify().isGood)
    }

    @Test(arguments: TestEngine.allCases)
    func `profiles with other bytes are counted apart even if they look the same`(
        engine: TestEngine
    ) throws {
        let database = try TestDatabase(engine)
        let log = try database.connect().log
        let profiles = ["caf\u{e9}", "cafe\u{301}", "K", "\u{212a}"]
        let attempts = profiles.enumerated().map { index, profile in
            Attempt(
                company: "HA", callbackID: "c\(index)", finishedAt: period.start,
                outcome: index % 2 == 0 ? .delivered : .failed, profileID: profile)
        }
        _ = try log.write { (writer) throws(StorageError) in try writer.record(attempts) }
        let lines = try log.counts(company: "HA", in: period).lines
        #expect(lines.count == 4)
        for (index, profile) in profiles.enumerated() {
            let own = lines.filter { $0.endpoint == .profile(profile) }
            #expect(own.map(\.outcome) == [index % 2 == 0 ? .delivered : .failed])
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `recording an attempt again changes nothing`(engine: TestEngine) throws {
        let stores = try TestDatabase(engine).connect()
        let log = stores.log
        let attempt = Attempt(
            company: "HA", callbackID: "c-1", finishedAt: period.start, outcome: .failed)
        let results = try log.write { (writer) throws(StorageError) in
            [try writer.record(attempt), try writer.record(attempt)]
        }
        #expect(results == [.added, .duplicate])
        #expect(try log.tally(company: "HA", in: period) == Tally(failed: 1))
    }

    @Test(arguments: TestEngine.allCases)
    func `all stores of a connection commit together or not at all`(engine: TestEngine) throws {
        let stores = try TestDatabase(engine).connect()
        let stopped = StorageError(.unavailable, at: "", "stopped")
        func write(_ end: () throws(StorageError) -> Void) throws {
            try stores.log.write { (writer) throws(StorageError) in
                _ = try writer.record(
                    Attempt(
                        company: "HA", callbackID: "c-1", finishedAt: period.start,
                        outcome: .delivered))
                _ = try stores.queue.accept(
                    [QueueConformanceTests.callback("q-1")], now: period.start)
                try stores.profiles.add(
                    APIKey(id: "1", company: "HA", createdAt: period.start), hash: [1])
                try end()
            }
        }
        func counts() throws -> [Int] {
            [
                try stores.log.companies().count, try stores.queue.counts().count,
                try stores.profiles.keys().count,
            ]
        }
        #expect(throws: stopped) { try write { () throws(StorageError) in throw stopped } }
        #expect(try counts() == [0, 0, 0])
        try write {}
        #expect(try counts() == [1, 1, 1])
    }

    @Test(arguments: TestEngine.allCases)
    func `a snapshot does not see what others commit meanwhile`(engine: TestEngine) throws {
        let database = try TestDatabase(engine)
        let (reader, writer) = (try database.connect(), try database.connect().log)
        let attempt = Attempt(
            company: "HA", callbackID: "c-1", finishedAt: period.start, outcome: .delivered)
        try reader.ledger.snapshot { () throws(StorageError) in
            #expect(try reader.log.tally(company: "HA", in: period) == Tally())
            _ = try writer.write { (writer) throws(StorageError) in try writer.record(attempt) }
            #expect(try reader.log.tally(company: "HA", in: period) == Tally())
        }
        #expect(try reader.log.tally(company: "HA", in: period) == Tally(delivered: 1))
    }
}
