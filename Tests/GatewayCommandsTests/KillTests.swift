import JSON
import TestSupport
import Testing

/// Kills the gateway while it sends and accepts callbacks, and restarts it.
@Suite struct KillTests {
    /// Nothing is lost, only callbacks in flight are sent twice, and queue, log, receiver and
    /// report always agree.
    @Test func noCallbackIsLostWhenKilledThreeHundredTimes() throws {
        let output = try PythonCheck.run(
            "sending_kills",
            [
                ProgramRun.path(of: "callback-gateway"), ProgramRun.path(of: "callback-reports"),
                "300", "2026",
            ], limit: 900)
        let result = try #require(try JSONValue(parsing: output).object)
        #expect(result["killed"]?.integer ?? 0 >= 300)
        // Otherwise no kill hit the critical time.
        #expect(result["repeated"]?.integer ?? 0 > 0)
    }
}
