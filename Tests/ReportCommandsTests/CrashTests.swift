import FoundationEssentials
import TestSupport
import Testing

/// Kills the program during runs and runs it again until nothing is left to do.
///
/// Every recipient has every report in the end, with the same bytes. A recipient has a report twice
/// only if the kill happened between the mark before the final dot and the recorded response. The
/// marks are on disk by then, so a power failure does not change that.
@Suite struct CrashTests {
    private struct Result: Decodable {
        var killed: Int
        /// Emails that were delivered twice.
        var twice: Int
    }

    private func crash(_ arguments: [String]) throws -> Result {
        let program = ProgramRun.path(of: "callback-reports")
        let output = try PythonCheck.run(
            "crash", [arguments[0], program] + arguments.dropFirst(), limit: 900)
        return try JSONDecoder().decode(Result.self, from: Data(output.utf8))
    }

    @Test func noReportIsLostWhenKilledAtEveryStep() throws {
        let result = try crash(["steps"])
        // Each system call of a run that sends a report and retries it.
        #expect(result.killed > 200)
        #expect(result.twice > 0)
        #expect(result.twice < result.killed / 4)
    }

    @Test func noReportIsLostWhenKilledThreeHundredTimesAtRandom() throws {
        let result = try crash(["random", "300", "2026"])
        #expect(result.killed == 300)
    }

    private struct PowerLoss: Decodable, Equatable {
        var sent, resent: Int
    }

    @Test func aPowerFailureLosesNoMarkAndNoFinalResponse() throws {
        let program = ProgramRun.path(of: "callback-reports")
        let output = try PythonCheck.run("power_loss", [program], limit: 900)
        let result = try JSONDecoder().decode(PowerLoss.self, from: Data(output.utf8))
        #expect(result == PowerLoss(sent: 20, resent: 20))
    }
}
