package import CommandLine
import Settings

/// Reports errors in the same form for all commands.
package enum Failure {
    /// Prints an error to standard error and returns the exit status for it.
    static func report(_ error: any Error, by program: Program, on console: Console) -> ExitStatus {
        if let usage = error as? UsageError { return program.report(usage, on: console) }
        console.say(words(for: error, by: program).withVisibleLineControls, as: .error)
        return status(of: error)
    }

    /// Returns the text of an error. Configuration errors already name the file and line, one per
    /// line, so they get no prefix.
    private static func words(for error: any Error, by program: Program) -> String {
        if case .diagnostics? = error as? ConfigurationError { return "\(error)" }
        return "\(program.name): \(error)"
    }

    package static func status(of error: any Error) -> ExitStatus {
        (error as? any ExitStatusConvertible)?.exitStatus ?? .internalError
    }
}

/// An error that a command detects itself, with its message and exit status.
package struct CommandFailure: ExitStatusConvertible, CustomStringConvertible {
    package let exitStatus: ExitStatus
    package let description: String

    package init(_ status: ExitStatus, _ description: String) {
        exitStatus = status
        self.description = description
    }
}

extension String {
    /// The text with control characters escaped, except for line feeds.
    fileprivate var withVisibleLineControls: String {
        split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0).withVisibleControls }.joined(separator: "\n")
    }
}
