import CivilTime
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import CallbackDispatch

/// Endpoints that hang, and the others beside them.
@Suite struct FairnessTests {
    /// Answers at once, save for the profiles that hang.
    private func receiver() throws -> ScriptedHTTPReceiver {
        try ScriptedHTTPReceiver { $0.target.hasPrefix("/hang") ? .stall : .ok }
    }

    private func bench(_ receiver: ScriptedHTTPReceiver) throws -> DispatchFixture {
        let bench = try DispatchFixture(receiver.origin + "/")
        bench.whole = 2_000
        for number in 1...30 {
            bench.maker.urls["hang-\(number)"] = receiver.origin + "/hang"
        }
        return bench
    }

    @Test func noMoreThanEightGoToOneProfile() throws {
        let receiver = try ScriptedHTTPReceiver { request in
            request.number == 1 ? .ok : .after(milliseconds: 30, .ok)
        }
        let bench = try DispatchFixture(receiver.origin)
        try bench.accept("first")
        try bench.dispatch()
        for number in 1...40 { try bench.accept("c-\(number)") }
        try bench.dispatch()
        #expect(receiver.requests.count == 41)
        #expect(receiver.mostAtOnce == 8)
    }

    @Test func noMoreThanSixtyFourAreUnderWay() throws {
        let receiver = try ScriptedHTTPReceiver { request in
            request.number <= 100 ? .ok : .after(milliseconds: 30, .ok)
        }
        let bench = try DispatchFixture(receiver.origin)
        for profile in 1...100 { try bench.accept("first-\(profile)", profile: "IN_\(profile)") }
        try bench.dispatch()
        for profile in 1...100 {
            for number in 1...3 {
                try bench.accept("c-\(profile)-\(number)", profile: "IN_\(profile)")
            }
        }
        try bench.dispatch()
        #expect(receiver.requests.count == 400)
        #expect(receiver.mostAtOnce <= 64)
        #expect(receiver.mostAtOnce > 32)
        #expect(try bench.queue.counts() == [.delivered: 400])
    }

    /// A hanging endpoint's backlog is older than everything else, and waits by itself.
    @Test func theOthersAreSentBeforeTheFirstHangingOneGivesUp() throws {
        let receiver = try receiver()
        let bench = try bench(receiver)
        for number in 1...4 { try bench.accept("h-\(number)", profile: "hang-1") }
        bench.now = bench.now.advanced(seconds: 1)
        for number in 1...20 { try bench.accept("c-\(number)", profile: "IN_\(number)") }
        try bench.dispatch()
        let order = bench.events.compactMap { event -> String? in
            if case .attempted(let callback, _, _, _) = event { callback.callbackID } else { nil }
        }
        #expect(order.prefix(20).allSatisfy { $0.hasPrefix("c-") })
        #expect(order.count == 24)
    }

    /// Endpoints that nothing is known of have places of their own.
    @Test func manyHangingEndpointsNeverTakeAllPlaces() throws {
        let receiver = try receiver()
        let bench = try bench(receiver)
        try bench.accept("known", profile: "IN_a")
        try bench.dispatch()
        for number in 1...30 {
            try bench.accept("h-\(number)", profile: "hang-\(number)")
        }
        for number in 1...30 { try bench.accept("c-\(number)", profile: "IN_a") }
        try bench.dispatch()
        let order = bench.events.dropFirst().compactMap { event -> String? in
            if case .attempted(let callback, _, _, _) = event { callback.callbackID } else { nil }
        }
        #expect(order.prefix(30).allSatisfy { $0.hasPrefix("c-") })
        #expect(order.count == 60)
    }

    /// A tenth of the endpoints, quick until now, take callbacks and answer no more.
    @Test func aTenthThatBeginsToHangHoldsUpNoneOfTheOthers() throws {
        let receiver = try ScriptedHTTPReceiver { request in
            request.callbackID?.hasPrefix("h-") == true ? .stall : .ok
        }
        let bench = try bench(receiver)
        for profile in 1...50 { try bench.accept("a-\(profile)", profile: "IN_\(profile)") }
        try bench.dispatch()
        for number in 1...12 {
            for profile in 1...50 {
                let id = "\(profile <= 5 ? "h" : "c")-\(profile)-\(number)"
                try bench.accept(id, profile: "IN_\(profile)")
            }
        }
        try bench.dispatch()
        let order = bench.events.dropFirst(50).compactMap { event -> String? in
            if case .attempted(let callback, _, _, _) = event { callback.callbackID } else { nil }
        }
        #expect(order.prefix(540).allSatisfy { $0.hasPrefix("c-") })
        #expect(order.count == 600)
    }

    /// Ten thousand endpoints of HA hang; all callbacks of HB are sent before the first one gives up.
    @Test(
        "the hanging endpoints of one company hold up no other", arguments: EndpointSpeed.allCases)
    func hangingCompany(pace: EndpointSpeed) throws {
        let isOver = Atomic(false)
        let receiver = try ScriptedHTTPReceiver { request in
            while request.target == "/hang", !isOver.load(ordering: .relaxed) { usleep(1000) }
            return .ok
        }
        let bench = try DispatchFixture(receiver.origin + "/hang")
        _ = try bench.queue.accept(
            (1...10_000).map { DispatchFixture.callback("h-\($0)", "hang-\($0)") }, now: bench.now)
        bench.now = bench.now.advanced(seconds: 1)
        for profile in 1...10 { bench.maker.urls["IN_\(profile)"] = receiver.origin }
        _ = try bench.queue.accept(
            (1...30).map {
                DispatchFixture.callback("c-\($0)", "IN_\($0 % 10 + 1)", company: "HB")
            },
            now: bench.now)
        try bench.log.database.execute("UPDATE lanes SET pace = \(pace.rawValue)")
        let isOneOfOurs = { (event: DispatchEvent) in
            if case .attempted(let callback, _, _, _) = event {
                callback.company == "HB"
            } else {
                false
            }
        }
        try bench.dispatcher().sendWhatIsDue {
            let isDone = bench.events.count { isOneOfOurs($0) } == 30
            isOver.store(isDone, ordering: .relaxed)
            return isDone
        }
        #expect(bench.events.prefix(30).allSatisfy { isOneOfOurs($0) })
        #expect(try bench.attempts(company: "HB").count == 30)
    }

    /// The claims of one company must not fill the memory of the dispatcher before another's.
    @Test func aClaimTakesFromEveryCompanyThatWaits() throws {
        let bench = try DispatchFixture()
        for company in 1...40 {
            let lanes = company == 1 ? 2_000 : 1
            _ = try bench.queue.accept(
                (1...lanes).map {
                    DispatchFixture.callback("c-\($0)", "IN_\($0)", company: "H\(company)")
                },
                now: bench.now.advanced(milliseconds: Int64(company)))
        }
        bench.now = bench.now.advanced(seconds: 1)
        let claims = try bench.queue.claim(
            ClaimBudget(), owner: 1, now: bench.now, dueBy: bench.now)
        let counts = Dictionary(grouping: claims, by: \.callback.company).mapValues(\.count)
        #expect(counts["H1"] ?? 0 <= EndpointSpeed.fresh.placesForCompany)
        #expect(counts.count == 40)
    }

    @Test func anEndpointThatKeptUsWaitingIsSlowUntilItAnswersQuickly() throws {
        let receiver = try ScriptedHTTPReceiver([.after(milliseconds: 2_050, .ok), .ok])
        let bench = try DispatchFixture(receiver.origin)
        let pace = { try bench.log.database.integer("SELECT pace FROM lanes") }
        try bench.accept("c-1")
        #expect(try pace() == Int64(EndpointSpeed.fresh.rawValue))
        try bench.dispatch()
        #expect(try pace() == Int64(EndpointSpeed.slow.rawValue))
        try bench.accept("c-2")
        try bench.dispatch()
        #expect(try pace() == Int64(EndpointSpeed.steady.rawValue))
    }
}
