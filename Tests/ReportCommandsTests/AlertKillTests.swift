import TestSupport
import Testing

/// Two runs at a time are killed at random moments while an endpoint fails and recovers. Every
/// recipient gets one email of every change.
@Suite struct AlertKillTests {
    @Test(arguments: [1, 2])
    func killsNeitherLoseNorRepeatAlerts(seed: Int) throws {
        let output = try PythonCheck.run(
            "alert_kills", [ProgramRun.path(of: "callback-reports"), "25", "\(seed)"], limit: 600)
        let killed = output.firstMatch(of: #/"killed": ([0-9]+)/#).flatMap { Int($0.1) }
        // Fewer would mean that the test exercised nothing.
        #expect(killed ?? 0 >= 25, "\(output)")
    }
}
