import TestSupport
import Testing

/// Logs are written, rotated and compressed while one or two runs read them and are killed at
/// random moments. Each line is logged once, and each bad line is reported once.
@Suite struct SourceKillTests {
    @Test(arguments: [1, 2, 3])
    func killsNeitherLoseNorDuplicateLines(seed: Int) throws {
        let directory = try TemporaryDirectory()
        let told = try PythonCheck.run(
            "source_kills",
            [ProgramRun.path(of: "callback-reports"), directory.path, "\(seed)", "12"])
        let facts = Self.facts(told)
        // Fewer would mean that the test exercised nothing.
        #expect((facts["killed"] ?? 0) > 10, "\(told)")
        #expect((facts["rotations"] ?? 0) > 3, "\(told)")
        #expect((facts["lines"] ?? 0) > 1000, "\(told)")
    }

    private static func facts(_ text: String) -> [String: Int] {
        let pairs = text.split(separator: "\n").compactMap { line -> (String, Int)? in
            let words = line.split(separator: " ")
            guard words.count == 2, let number = Int(words[1]) else { return nil }
            return (String(words[0]), number)
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}
