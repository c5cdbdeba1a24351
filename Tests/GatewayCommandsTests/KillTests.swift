import JSON
import TestSupport
import Testing

/// The gateway killed in the midst of sending and of accepting, and run again.
@Suite struct KillTests {
    /// Nothing is lost, only what was in flight comes twice, and queue, log, receiver and report
    /// agree at every moment.
    @Test func killedThreeHundredTimesNoCallbackIsLost() throws {
        let output = try PythonCheck.run(
            "sending_kills",
            [
                ProgramRun.path(of: "callback-gateway"), ProgramRun.path(of: "callback-reports"),
                "300", "2026",
            ], limit: 900)
        let result = try #require(try JSONValue(parsing: output).object)
        #expect(result["killed"]?.integer ?? 0 >= 300)
        // Otherwise no kill fell into the time that matters.
        #expect(result["repeated"]?.integer ?? 0 > 0)
    }
}
