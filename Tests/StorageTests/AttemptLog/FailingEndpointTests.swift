import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// Since when endpoints fail, determined by all attempts and not only by the latest ones.
@Suite struct FailingEndpointTests {
    private let folder: TemporaryDirectory
    private let log: AttemptLog
    /// A Monday, 10:00 UTC.
    private let monday = Instant(seconds: 1_795_428_000)

    init() throws {
        folder = try TemporaryDirectory()
        log = try AttemptLog(Database(path: folder.path(of: "log.db")))
    }

    private func record(
        _ id: String, _ outcome: Outcome, minutes: Int64, number: Int = 1, to endpoint: Endpoint
    ) throws {
        let attempt = Attempt(
            company: "HA", callbackID: id, number: number,
            finishedAt: monday.advanced(seconds: minutes * 60), outcome: outcome,
            profileID: endpoint.profileID, origin: endpoint.origin)
        _ = try log.write { (writer) throws(StorageError) in try writer.record(attempt) }
    }

    private func failing(days: Int64 = 2) throws -> [TroubledEndpoint] {
        try troubled(days: days).filter(\.isFailing)
    }

    private func troubled(days: Int64 = 2) throws -> [TroubledEndpoint] {
        let end = monday.advanced(seconds: days * 86_400)
        return try log.troubledEndpoints(
            company: "HA", in: Period(start: end.advanced(seconds: -86_400), end: end))
    }

    /// Five callbacks from Monday 10:00, each retried every 8 hours without success.
    private func endpointThatIsDown(_ endpoint: Endpoint) throws {
        try record("before", .delivered, minutes: -1, to: endpoint)
        for callback in 0..<5 {
            for attempt in 0..<6 {
                try record(
                    "down\(callback)", attempt == 5 ? .failed : .retrying,
                    minutes: Int64(callback + attempt * 480), number: attempt + 1, to: endpoint)
            }
        }
    }

    @Test func `retries do not change when the failure started`() throws {
        try endpointThatIsDown(.profile("p"))
        #expect(try failing().map(\.since) == [monday])
    }

    @Test func `replays of old callbacks do not change when the failure started`() throws {
        try endpointThatIsDown(.profile("p"))
        for callback in 0..<5 {
            try record(
                "down\(callback)", .failed, minutes: 2_800, number: 7, to: .profile("p"))
        }
        // A replay of the callback that was delivered last does not change it either.
        try record("before", .failed, minutes: 2_801, number: 2, to: .profile("p"))
        #expect(try failing().map(\.since) == [monday])
    }

    @Test func `an endpoint stays failing for a week without attempts`() throws {
        try endpointThatIsDown(.profile("p"))
        for days in [3, 8] as [Int64] {
            let quiet = try failing(days: days)
            #expect(quiet.map(\.since) == [monday] && quiet.map(\.isTried) == [false])
        }
        #expect(try troubled(days: 10) == [])
    }

    @Test func `a delivery ends the failure of an endpoint without attempts`() throws {
        try endpointThatIsDown(.profile("p"))
        try record("again", .delivered, minutes: 3_000, to: .profile("p"))
        #expect(try troubled(days: 4) == [])
    }

    @Test func `late records are sorted in by time`() throws {
        try endpointThatIsDown(.profile("p"))
        try record("late", .delivered, minutes: 3, to: .profile("p"))
        #expect(try failing().map(\.since) == [monday.advanced(seconds: 240)])
    }

    @Test func `an endpoint without a profile is its origin`() throws {
        let origin = Endpoint.origin("https://hooks.example.com:8443")
        try endpointThatIsDown(origin)
        try record("other", .delivered, minutes: 2_870, to: .origin("https://b.example.com"))
        #expect(try failing().map(\.endpoint) == [origin])
    }

    @Test func `callbacks with neither profile nor URL are one endpoint`() throws {
        try endpointThatIsDown(.unknown)
        #expect(try failing().map(\.endpoint) == [.unknown])
    }

    @Test func `a delivery ends the failure`() throws {
        try endpointThatIsDown(.profile("p"))
        try record("after", .delivered, minutes: 2_879, to: .profile("p"))
        #expect(try failing().isEmpty)
        #expect(try troubled().map(\.since) == [nil])
    }

    @Test func `attempts after the period are ignored`() throws {
        try endpointThatIsDown(.profile("p"))
        try record("down0", .delivered, minutes: 2_880, number: 7, to: .profile("p"))
        try record("after", .delivered, minutes: 2_900, to: .profile("p"))
        let failing = try failing()
        #expect(failing.map(\.since) == [monday])
        #expect(failing.map(\.situation.undelivered?.callbacks) == [3])
    }

    @Test func `endpoints that have failed the longest come first`() throws {
        for (name, start) in [("late", Int64(600)), ("long", 10), ("title", 300)] {
            for callback in 0..<3 {
                try record(
                    "\(name)\(callback)", .failed, minutes: start + 1_440, to: .profile(name))
            }
        }
        try log.setTitle("Chat inbox", ofProfile: "title", company: "HA")
        let failing = try failing()
        #expect(failing.map(\.endpoint.id) == ["long", "title", "late"])
        #expect(failing.map(\.title) == [nil, "Chat inbox", nil])
    }

    @Test func `a superseded attempt in the period counts`() throws {
        for callback in 0..<3 {
            try record("c\(callback)", .retrying, minutes: 2_000, to: .profile("p"))
            try record("c\(callback)", .retrying, minutes: 3_000, number: 2, to: .profile("p"))
        }
        #expect(try failing().map(\.since) == [monday.advanced(seconds: 120_000)])
    }

    @Test func `only endpoints with an undelivered attempt in the period are tried`() throws {
        for hour in 0..<24 {
            try record("h\(hour)", .failed, minutes: Int64(hour) * 60, to: .profile("p\(hour)"))
        }
        for (first, last) in [(1, 4), (10, 17), (13, 14), (0, 24), (20, 24)] {
            let period = Period(
                start: monday.advanced(seconds: Int64(first) * 3_600),
                end: monday.advanced(seconds: Int64(last) * 3_600))
            let tried = try log.troubledEndpoints(company: "HA", in: period).filter(\.isTried)
            #expect(
                Set(tried.map(\.endpoint)) == Set((first..<last).map { .profile("p\($0)") }))
        }
    }

    @Test func `whether an endpoint is failing does not depend on the start of the period`() throws
    {
        try endpointThatIsDown(.profile("p"))
        // Its last attempt is 40 hours and 4 minutes after Monday 10:00.
        for (days, expected) in [(8, true), (9, false)] {
            let end = monday.advanced(seconds: Int64(days) * 86_400)
            for start in [1, 7, 8, 30].map({ end.advanced(seconds: -Int64($0) * 86_400) }) {
                let troubled = try log.troubledEndpoints(
                    company: "HA", in: Period(start: start, end: end))
                #expect(troubled.contains { $0.isFailing } == expected, "\(days) from \(start)")
            }
        }
    }

    @Test func `after pruning the time is exact to a quarter hour`() throws {
        try record("first", .failed, minutes: 7, to: .profile("p"))
        for callback in 0..<3 {
            try record("new\(callback)", .failed, minutes: 9_000, to: .profile("p"))
        }
        let isApproximate = { try failing(days: 7).map(\.situation.undelivered?.isApproximate) }
        #expect(try isApproximate() == [false])
        try log.prune(before: monday.advanced(seconds: 86_400 * 4))
        #expect(try failing(days: 7).map(\.since) == [monday])
        #expect(try isApproximate() == [true])
    }

    @Test(arguments: [
        EndpointDays.lastDeliveredQuery, EndpointDays.firstUndeliveredQuery,
        EndpointDays.undeliveringQuery,
    ])
    func `no query reads the whole table of marks`(query: String) throws {
        let plan = try log.database.rows("EXPLAIN QUERY PLAN " + query) { $0.text(3) }
        #expect(plan.contains { $0.contains("SEARCH") })
        #expect(!plan.contains { $0.contains("SCAN") && $0.contains("days") }, "\(plan)")
    }
}
