import CivilTime
import DeliveryLog
import Storage
import StorageErrors
import TestSupport
import Testing

/// What the queue of callbacks promises on every engine.
@Suite struct QueueConformanceTests {
    /// Room for a number of callbacks.
    private struct Room: ClaimCapacity {
        var count = 1000

        func available(for speed: EndpointSpeed) -> Int { count }
        func available(for group: FairnessGroup) -> Int { count }
        func available(for endpoint: Int64, _ speed: EndpointSpeed) -> Int { count }
        func bytes(for company: String) -> Int { .max }
        mutating func add(_ claim: Claim) { count -= 1 }
    }

    static func callback(
        _ id: String, profile: String = "IN_1", variables: String = "{}"
    ) -> NewCallback {
        NewCallback(
            company: "HA", callbackID: id, target: .profile(profile), channel: "sms",
            event: "SMS-sent", variables: variables)
    }

    private func claim(
        _ stores: TestStores, owner: Int64, now: Instant, room: Int = 1000
    ) throws -> [Claim] {
        try stores.queue.claim(Room(count: room), owner: owner, now: now, dueBy: now)
    }

    private func finish(
        _ claims: [Claim], as reason: Reason?, _ stores: TestStores, owner: Int64, now: Instant
    ) throws {
        let finished = claims.map {
            FinishedAttempt(
                claim: $0, at: now, nextAttempt: nil, reason: reason, endpointIsGone: false,
                status: 200, method: "POST", origin: "https://a.example", wasSent: true,
                exchange: ExchangeRecord(version: 1))
        }
        try stores.log.write { (writer) throws(StorageError) in
            try stores.queue.finish(finished, owner: owner, &writer)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `accepting again changes nothing`(engine: TestEngine) throws {
        let database = try TestDatabase(engine)
        let (one, other) = (try database.connect(), try database.connect())
        let callbacks = ["a", "b"].map { Self.callback($0) }
        #expect(
            try one.queue.accept(callbacks, now: database.now) == .taken(areNew: [true, true]))
        #expect(
            try other.queue.accept(callbacks, now: database.now) == .taken(areNew: [false, false]))
        #expect(try one.queue.counts() == [.waiting: 2])
    }

    @Test(arguments: TestEngine.allCases)
    func `other contents under a known id accept nothing`(engine: TestEngine) throws {
        let database = try TestDatabase(engine)
        let queue = try database.connect().queue
        _ = try queue.accept([Self.callback("a")], now: database.now)
        let others = [Self.callback("new"), Self.callback("a", variables: #"{"x": "1"}"#)]
        #expect(try queue.accept(others, now: database.now) == .conflicts([1]))
        #expect(try queue.entry("new", company: "HA") == nil)
    }

    @Test(arguments: TestEngine.allCases)
    func `ids with other bytes are other callbacks even if they look the same`(
        engine: TestEngine
    ) throws {
        let database = try TestDatabase(engine)
        let queue = try database.connect().queue
        let ids = ["caf\u{e9}", "cafe\u{301}", "K-1", "\u{212a}-1"]
        let callbacks = ids.map { Self.callback($0) }
        #expect(
            try queue.accept(callbacks, now: database.now)
                == .taken(areNew: ids.map { _ in true }))
        #expect(
            try queue.accept(callbacks, now: database.now)
                == .taken(areNew: ids.map { _ in false }))
        #expect(try queue.counts() == [.waiting: 4])
    }

    @Test(arguments: TestEngine.allCases)
    func `contents with other bytes conflict even if they look the same`(
        engine: TestEngine
    ) throws {
        let database = try TestDatabase(engine)
        let queue = try database.connect().queue
        let one = Self.callback("a", variables: "{\"x\": \"caf\u{e9}\"}")
        let other = Self.callback("a", variables: "{\"x\": \"cafe\u{301}\"}")
        #expect(try queue.accept([one, other], now: database.now) == .conflicts([1]))
        _ = try queue.accept([one], now: database.now)
        #expect(try queue.accept([other], now: database.now) == .conflicts([0]))
    }

    @Test(arguments: TestEngine.allCases)
    func `a callback is claimed once until its lease expires`(engine: TestEngine) throws {
        let database = try TestDatabase(engine)
        let (one, other) = (try database.connect(), try database.connect())
        _ = try one.queue.accept([Self.callback("a")], now: database.now)
        #expect(try claim(one, owner: 1, now: database.now).count == 1)
        #expect(try claim(other, owner: 2, now: database.now).isEmpty)
        let expiry = database.now.advanced(seconds: CallbackQueue.leaseSeconds)
        #expect(try claim(other, owner: 2, now: expiry.advanced(milliseconds: -1)).isEmpty)
        #expect(try claim(other, owner: 2, now: expiry).count == 1)
    }

    @Test(arguments: TestEngine.allCases)
    func `a lost lease records nothing`(engine: TestEngine) throws {
        let database = try TestDatabase(engine)
        let (one, other) = (try database.connect(), try database.connect())
        _ = try one.queue.accept([Self.callback("a")], now: database.now)
        let late = try claim(one, owner: 1, now: database.now)
        let now = database.now.advanced(seconds: CallbackQueue.leaseSeconds)
        let claims = try claim(other, owner: 2, now: now)
        try finish(late, as: .timeout, one, owner: 1, now: now)
        #expect(try one.log.companies().isEmpty)
        try finish(claims, as: nil, other, owner: 2, now: now)
        // The same again, as after a commit whose outcome is unknown.
        try finish(claims, as: nil, other, owner: 2, now: now)
        let day = Period(start: database.now, end: database.now.advanced(seconds: 86_400))
        #expect(try one.log.tally(company: "HA", in: day) == Tally(delivered: 1))
        #expect(try one.queue.entry("a", company: "HA")?.attempts == 1)
    }

    /// Two processes work on one queue and die at any time. Each callback ends, and is counted once.
    @Test(arguments: TestEngine.allCases, [1, 2, 3] as [UInt64])
    func `every accepted callback ends and counts once`(engine: TestEngine, seed: UInt64) throws {
        let database = try TestDatabase(engine)
        let connections = [try database.connect(), try database.connect()]
        var random = SeededRandom(seed: seed)
        var (now, owner, accepted) = (database.now, Int64(1), 0)
        while try accepted < 60
            || connections[0].queue.counts().keys.contains(where: { !$0.isFinal })
        {
            let stores = connections.randomElement(using: &random) ?? connections[0]
            if accepted < 60 {
                let profile = "IN_\(Int.random(in: 1...5, using: &random))"
                _ = try stores.queue.accept(
                    [Self.callback("c\(accepted)", profile: profile)], now: now)
                accepted += 1
            }
            let claims = try claim(
                stores, owner: owner, now: now, room: Int.random(in: 1...8, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                // The process dies. Another one takes over when the leases have expired.
                owner += 1
                now = now.advanced(seconds: CallbackQueue.leaseSeconds)
            case 1: try stores.queue.release(claims, owner: owner)
            default:
                let isDelivered = Bool.random(using: &random)
                try finish(claims, as: isDelivered ? nil : .dns, stores, owner: owner, now: now)
            }
            now = now.advanced(milliseconds: 10)
        }
        let all = Period(start: database.now, end: now.advanced(seconds: 1))
        #expect(try connections[1].log.tally(company: "HA", in: all).callbacks == 60)
        #expect(try connections[1].log.verify().isGood)
    }
}
