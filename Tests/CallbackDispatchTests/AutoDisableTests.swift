import CivilTime
import TestSupport
import Testing

@testable import CallbackDispatch

/// A profile is disabled after five days without success in which twenty callbacks failed.
@Suite struct AutoDisableTests {
    /// Callbacks fail for good at their first attempt here.
    private func bench() throws -> DispatchFixture {
        let bench = try DispatchFixture()
        bench.maker.refusals = ["IN_a": (.other, "no URL")]
        return bench
    }

    private func fail(_ count: Int, _ bench: DispatchFixture) throws {
        for _ in 0..<count {
            let known = try bench.queue.counts().values.reduce(0, +)
            try bench.accept("c-\(known)")
        }
        try bench.dispatch()
    }

    private static let fiveDays: Int64 = 5 * 86_400

    @Test func twentyFailuresInFiveDaysDisable() throws {
        let bench = try bench()
        try fail(1, bench)
        bench.now = bench.now.advanced(seconds: Self.fiveDays / 2)
        try fail(19, bench)
        #expect(bench.maker.disabled.isEmpty)
        bench.now = bench.now.advanced(seconds: Self.fiveDays / 2)
        // The first failure is just too old to count, so this one is the twentieth.
        try fail(1, bench)
        #expect(bench.maker.disabled == ["IN_a"])
        #expect(bench.events.last == .disabledAsSilent(DispatchFixture.attempted("c-20")))
    }

    @Test func nineteenAreNotEnough() throws {
        let bench = try bench()
        try fail(1, bench)
        bench.now = bench.now.advanced(seconds: Self.fiveDays)
        try fail(19, bench)
        #expect(bench.maker.disabled.isEmpty)
        try fail(1, bench)
        #expect(bench.maker.disabled == ["IN_a"])
    }

    @Test func aSuccessBeginsTheFiveDaysAnew() throws {
        let receiver = try ScriptedHTTPReceiver()
        let bench = try bench()
        try fail(1, bench)
        bench.now = bench.now.advanced(seconds: 60)
        bench.maker.url = receiver.origin
        let refusals = bench.maker.refusals
        bench.maker.refusals = [:]
        try bench.accept("good")
        try bench.dispatch()
        bench.maker.refusals = refusals
        bench.now = bench.now.advanced(seconds: Self.fiveDays - 1)
        try fail(40, bench)
        #expect(bench.maker.disabled.isEmpty)
        bench.now = bench.now.advanced(seconds: 1)
        try fail(1, bench)
        #expect(bench.maker.disabled == ["IN_a"])
    }

    @Test func enablingBeginsTheFiveDaysAnew() throws {
        let bench = try bench()
        try fail(1, bench)
        bench.now = bench.now.advanced(seconds: Self.fiveDays)
        try fail(20, bench)
        #expect(bench.maker.disabled == ["IN_a"])
        bench.maker.enable("IN_a", at: bench.now)
        try fail(40, bench)
        #expect(bench.maker.disabled.isEmpty)
        bench.now = bench.now.advanced(seconds: Self.fiveDays)
        try fail(20, bench)
        #expect(bench.maker.disabled == ["IN_a"])
    }

    @Test func anotherProfilesFailuresDoNotCount() throws {
        let bench = try bench()
        bench.maker.refusals["IN_b"] = (.other, "no URL")
        try fail(1, bench)
        bench.now = bench.now.advanced(seconds: Self.fiveDays)
        for number in 1...30 { try bench.accept("b-\(number)", profile: "IN_b") }
        try fail(10, bench)
        #expect(bench.maker.disabled.isEmpty)
    }
}
