import CivilTime
import Glibc
import SQL
import Storage
import Synchronization
import TestSupport
import Testing

@testable import CallbackDispatch

/// Endpoints that hang do not delay other endpoints.
@Suite struct FairnessTests {
    /// Responds at once, except to requests for `/hang`.
    private func receiver() throws -> ScriptedHTTPReceiver {
        try ScriptedHTTPReceiver { $0.target.hasPrefix("/hang") ? .stall : .ok }
    }

    private func fixture(_ receiver: ScriptedHTTPReceiver) throws -> DispatchFixture {
        let fixture = try DispatchFixture(receiver.origin + "/")
        fixture.totalTimeout = 2_000
        for number in 1...30 {
            fixture.builder.urls["hang-\(number)"] = receiver.origin + "/hang"
        }
        return fixture
    }

    @Test func oneProfileGetsAtMostEightRequests() throws {
        let receiver = try ScriptedHTTPReceiver { request in
            request.number == 1 ? .ok : .after(milliseconds: 30, .ok)
        }
        let fixture = try DispatchFixture(receiver.origin)
        try fixture.accept("first")
        try fixture.dispatch()
        for number in 1...40 { try fixture.accept("c-\(number)") }
        try fixture.dispatch()
        #expect(receiver.requests.count == 41)
        #expect(receiver.mostAtOnce == 8)
    }

    @Test func companyGetsAtMostSixtyFourRequests() throws {
        let receiver = try ScriptedHTTPReceiver { request in
            request.number <= 100 ? .ok : .after(milliseconds: 30, .ok)
        }
        let fixture = try DispatchFixture(receiver.origin)
        for profile in 1...100 { try fixture.accept("first-\(profile)", profile: "IN_\(profile)") }
        try fixture.dispatch()
        for profile in 1...100 {
            for number in 1...3 {
                try fixture.accept("c-\(profile)-\(number)", profile: "IN_\(profile)")
            }
        }
        try fixture.dispatch()
        #expect(receiver.requests.count == 400)
        #expect(receiver.mostAtOnce <= 64)
        #expect(receiver.mostAtOnce > 32)
        #expect(try fixture.queue.counts() == [.delivered: 400])
    }

    /// A hanging endpoint's callbacks are older than all others, and only they wait.
    @Test func otherCallbacksDoNotWaitForHangingEndpoint() throws {
        let receiver = try receiver()
        let fixture = try fixture(receiver)
        for number in 1...4 { try fixture.accept("h-\(number)", profile: "hang-1") }
        fixture.now = fixture.now.advanced(seconds: 1)
        for number in 1...20 { try fixture.accept("c-\(number)", profile: "IN_\(number)") }
        try fixture.dispatch()
        let order = fixture.events.compactMap { event -> String? in
            if case .attempted(let callback, _, _, _) = event { callback.callbackID } else { nil }
        }
        #expect(order.prefix(20).allSatisfy { $0.hasPrefix("c-") })
        #expect(order.count == 24)
    }

    /// Endpoints without any response so far have their own slots.
    @Test func hangingEndpointsNeverTakeAllSlots() throws {
        let receiver = try receiver()
        let fixture = try fixture(receiver)
        try fixture.accept("known", profile: "IN_a")
        try fixture.dispatch()
        for number in 1...30 {
            try fixture.accept("h-\(number)", profile: "hang-\(number)")
        }
        for number in 1...30 { try fixture.accept("c-\(number)", profile: "IN_a") }
        try fixture.dispatch()
        let order = fixture.events.dropFirst().compactMap { event -> String? in
            if case .attempted(let callback, _, _, _) = event { callback.callbackID } else { nil }
        }
        #expect(order.prefix(30).allSatisfy { $0.hasPrefix("c-") })
        #expect(order.count == 60)
    }

    /// Ten percent of the endpoints were fast and now accept requests without responding.
    @Test func newlyHangingEndpointsDoNotDelayOthers() throws {
        let receiver = try ScriptedHTTPReceiver { request in
            request.callbackID?.hasPrefix("h-") == true ? .stall : .ok
        }
        let fixture = try fixture(receiver)
        for profile in 1...50 { try fixture.accept("a-\(profile)", profile: "IN_\(profile)") }
        try fixture.dispatch()
        for number in 1...12 {
            for profile in 1...50 {
                let id = "\(profile <= 5 ? "h" : "c")-\(profile)-\(number)"
                try fixture.accept(id, profile: "IN_\(profile)")
            }
        }
        try fixture.dispatch()
        let order = fixture.events.dropFirst(50).compactMap { event -> String? in
            if case .attempted(let callback, _, _, _) = event { callback.callbackID } else { nil }
        }
        #expect(order.prefix(540).allSatisfy { $0.hasPrefix("c-") })
        #expect(order.count == 600)
    }

    /// Ten thousand endpoints of HA hang. All callbacks of HB are sent before the first one times
    /// out.
    @Test(
        "hanging endpoints of one company do not delay another company",
        arguments: EndpointSpeed.allCases)
    func hangingCompany(speed: EndpointSpeed) throws {
        let isOver = Atomic(false)
        let receiver = try ScriptedHTTPReceiver { request in
            while request.target == "/hang", !isOver.load(ordering: .relaxed) { usleep(1000) }
            return .ok
        }
        let fixture = try DispatchFixture(receiver.origin + "/hang")
        _ = try fixture.queue.accept(
            (1...10_000).map { DispatchFixture.callback("h-\($0)", "hang-\($0)") }, now: fixture.now
        )
        fixture.now = fixture.now.advanced(seconds: 1)
        for profile in 1...10 { fixture.builder.urls["IN_\(profile)"] = receiver.origin }
        _ = try fixture.queue.accept(
            (1...30).map {
                DispatchFixture.callback("c-\($0)", "IN_\($0 % 10 + 1)", company: "HB")
            },
            now: fixture.now)
        try fixture.log.database.execute("UPDATE lanes SET pace = \(speed.rawValue)")
        let isOfOtherCompany = { (event: DispatchEvent) in
            if case .attempted(let callback, _, _, _) = event {
                callback.company == "HB"
            } else {
                false
            }
        }
        try fixture.dispatcher().sendDueCallbacks {
            let isDone = fixture.events.count { isOfOtherCompany($0) } == 30
            isOver.store(isDone, ordering: .relaxed)
            return isDone
        }
        #expect(fixture.events.prefix(30).allSatisfy { isOfOtherCompany($0) })
        #expect(try fixture.attempts(company: "HB").count == 30)
    }

    /// The claims of one company must not fill the dispatcher's memory before another's.
    @Test func claimServesEveryWaitingCompany() throws {
        let fixture = try DispatchFixture()
        for company in 1...40 {
            let endpoints = company == 1 ? 2_000 : 1
            _ = try fixture.queue.accept(
                (1...endpoints).map {
                    DispatchFixture.callback("c-\($0)", "IN_\($0)", company: "H\(company)")
                },
                now: fixture.now.advanced(milliseconds: Int64(company)))
        }
        fixture.now = fixture.now.advanced(seconds: 1)
        let claims = try fixture.queue.claim(
            ClaimBudget(), owner: 1, now: fixture.now, dueBy: fixture.now)
        let counts = Dictionary(grouping: claims, by: \.callback.company).mapValues(\.count)
        #expect(counts["H1"] ?? 0 <= EndpointSpeed.fresh.slotsPerCompany)
        #expect(counts.count == 40)
    }

    @Test func slowEndpointBecomesSteadyAfterFastResponse() throws {
        let receiver = try ScriptedHTTPReceiver([.after(milliseconds: 2_050, .ok), .ok])
        let fixture = try DispatchFixture(receiver.origin)
        let speed = { try fixture.log.database.integer("SELECT pace FROM lanes") }
        try fixture.accept("c-1")
        #expect(try speed() == Int64(EndpointSpeed.fresh.rawValue))
        try fixture.dispatch()
        #expect(try speed() == Int64(EndpointSpeed.slow.rawValue))
        try fixture.accept("c-2")
        try fixture.dispatch()
        #expect(try speed() == Int64(EndpointSpeed.steady.rawValue))
    }
}
