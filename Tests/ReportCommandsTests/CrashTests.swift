import FoundationEssentials
import TestSupport
import Testing

/// The program killed in the midst of a run, and run again until nothing is left to do.
///
/// Always each recipient has each report, with the same bytes. One has it twice only where the
/// kill lay between the mark before the final dot and the recorded answer. The marks are on the
/// disk by then, so that a loss of power changes nothing about that.
@Suite struct CrashTests {
    private struct Result: Decodable {
        var killed: Int
        /// Mails that came twice.
        var twice: Int
    }

    private func crash(_ arguments: [String]) throws -> Result {
        let program = ProgramRun.path(of: "callback-reports")
        let output = try PythonCheck.run(
            "crash", [arguments[0], program] + arguments.dropFirst(), limit: 900)
        return try JSONDecoder().decode(Result.self, from: Data(output.utf8))
    }

    @Test func killedAtEveryStepNoReportIsLost() throws {
        let result = try crash(["steps"])
        // Each system call of a run that sends a report and tries it again.
        #expect(result.killed > 200)
        #expect(result.twice > 0)
        #expect(result.twice < result.killed / 4)
    }

    @Test func killedThreeHundredTimesAtRandomNoReportIsLost() throws {
        let result = try crash(["random", "300", "2026"])
        #expect(result.killed == 300)
    }

    private struct PowerLoss: Decodable, Equatable {
        var sent, resent: Int
    }

    @Test func aLossOfPowerTakesNoMarkAndAtTheEndNoAnswer() throws {
        let program = ProgramRun.path(of: "callback-reports")
        let output = try PythonCheck.run("power_loss", [program], limit: 900)
        let result = try JSONDecoder().decode(PowerLoss.self, from: Data(output.utf8))
        #expect(result == PowerLoss(sent: 20, resent: 20))
    }
}
