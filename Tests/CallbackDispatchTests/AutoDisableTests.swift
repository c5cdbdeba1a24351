import CivilTime
import DeliveryLog
import Storage
import TestSupport
import Testing

@testable import CallbackDispatch

/// A profile is disabled after five days without a success in which twenty callbacks failed.
@Suite struct AutoDisableTests {
    /// Every callback fails permanently at its first attempt.
    private func fixture() throws -> DispatchFixture {
        let fixture = try DispatchFixture()
        fixture.builder.refusals = ["IN_a": (.other, "no URL")]
        return fixture
    }

    private func fail(_ count: Int, _ fixture: DispatchFixture) throws {
        for _ in 0..<count {
            let known = try fixture.queue.counts().values.reduce(0, +)
            try fixture.accept("c-\(known)")
        }
        try fixture.dispatch()
    }

    private static let fiveDays: Int64 = 5 * 86_400

    @Test func twentyFailuresInFiveDaysDisableProfile() throws {
        let fixture = try fixture()
        try fail(1, fixture)
        fixture.now = fixture.now.advanced(seconds: Self.fiveDays / 2)
        try fail(19, fixture)
        #expect(fixture.builder.disabled.isEmpty)
        fixture.now = fixture.now.advanced(seconds: Self.fiveDays / 2)
        // The first failure is just too old to count, so this is the twentieth.
        try fail(1, fixture)
        #expect(fixture.builder.disabled == ["IN_a"])
        #expect(fixture.events.last == .disabledAsUnresponsive(DispatchFixture.attempted("c-20")))
    }

    @Test func nineteenFailuresAreNotEnough() throws {
        let fixture = try fixture()
        try fail(1, fixture)
        fixture.now = fixture.now.advanced(seconds: Self.fiveDays)
        try fail(19, fixture)
        #expect(fixture.builder.disabled.isEmpty)
        try fail(1, fixture)
        #expect(fixture.builder.disabled == ["IN_a"])
    }

    private struct Damaged: Error {}

    /// Its endpoint may be fine. The profile can be restored from a backup.
    @Test func damagedProfileIsNotDisabled() throws {
        let fixture = try DispatchFixture()
        fixture.builder.errors["IN_a"] = Damaged()
        for batch in 1...2 {
            for number in 1...20 { try fixture.accept("c-\(batch)-\(number)") }
            for _ in 0..<12 { try fixture.dispatch(afterSeconds: Self.fiveDays / 10) }
        }
        #expect(try fixture.queue.counts() == [.failed: 40])
        #expect(fixture.builder.disabled.isEmpty)
    }

    @Test func successRestartsFiveDays() throws {
        let receiver = try ScriptedHTTPReceiver()
        let fixture = try fixture()
        try fail(1, fixture)
        fixture.now = fixture.now.advanced(seconds: 60)
        fixture.builder.url = receiver.origin
        let refusals = fixture.builder.refusals
        fixture.builder.refusals = [:]
        try fixture.accept("good")
        try fixture.dispatch()
        fixture.builder.refusals = refusals
        fixture.now = fixture.now.advanced(seconds: Self.fiveDays - 1)
        try fail(40, fixture)
        #expect(fixture.builder.disabled.isEmpty)
        fixture.now = fixture.now.advanced(seconds: 1)
        try fail(1, fixture)
        #expect(fixture.builder.disabled == ["IN_a"])
    }

    @Test func enablingRestartsFiveDays() throws {
        let fixture = try fixture()
        try fail(1, fixture)
        fixture.now = fixture.now.advanced(seconds: Self.fiveDays)
        try fail(20, fixture)
        #expect(fixture.builder.disabled == ["IN_a"])
        fixture.builder.enable("IN_a", at: fixture.now)
        try fail(40, fixture)
        #expect(fixture.builder.disabled.isEmpty)
        fixture.now = fixture.now.advanced(seconds: Self.fiveDays)
        try fail(20, fixture)
        #expect(fixture.builder.disabled == ["IN_a"])
    }

    @Test func failuresOfOtherProfilesDoNotCount() throws {
        let fixture = try fixture()
        fixture.builder.refusals["IN_b"] = (.other, "no URL")
        try fail(1, fixture)
        fixture.now = fixture.now.advanced(seconds: Self.fiveDays)
        for number in 1...30 { try fixture.accept("b-\(number)", profile: "IN_b") }
        try fail(10, fixture)
        #expect(fixture.builder.disabled.isEmpty)
    }
}
