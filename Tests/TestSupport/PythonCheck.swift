import FoundationEssentials

/// An independent answer, from a script in `Tests/Checks` that python3 runs.
package enum PythonCheck {
    /// A script that failed, with what it said, or python3 missing.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Runs `Tests/Checks/NAME.py` with the input and returns what it printed.
    ///
    /// Throws `Failure` for any exit status but 0, so that a test without python3 fails.
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

    /// The path of `Tests/Checks/NAME.py`.
    package static func path(of name: String) -> String {
        path(ofFile: "\(name).py")
    }

    /// The path of a file of `Tests/Checks`.
    package static func path(ofFile name: String) -> String {
        checksDirectory.appending(path: name).path
    }

    private static var checksDirectory: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Checks")
    }
}
