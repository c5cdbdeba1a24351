import FoundationEssentials

/// Runs the Python scripts in `Tests/Checks`, which compute independent results.
package enum PythonCheck {
    /// A script failed, or python3 is missing.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Runs `Tests/Checks/NAME.py` with the input and returns its output.
    ///
    /// Throws `Failure` for any exit status except 0, so a test fails if python3 is missing.
    package static func run(
        _ name: String, _ arguments: [String] = [], input: String = "",
        environment: [String: String] = [:], limit: Double = 120
    ) throws -> String {
        let run = try ProgramRun.of(
            program: "/usr/bin/env", ["python3", "-B", path(of: name)] + arguments,
            environment: environment, input: Array(input.utf8), in: TemporaryDirectory(),
            limit: limit)
        guard run.status == 0 else {
            throw Failure(description: "\(name).py ended with \(run.status):\n\(run.errors)")
        }
        return run.output
    }

    /// Returns the path of `Tests/Checks/NAME.py`.
    package static func path(of name: String) -> String {
        path(ofFile: "\(name).py")
    }

    /// Returns the path of a file in `Tests/Checks`.
    package static func path(ofFile name: String) -> String {
        checksDirectory.appending(path: name).path
    }

    private static var checksDirectory: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Checks")
    }
}
