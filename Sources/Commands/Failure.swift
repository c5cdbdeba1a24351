package import CommandLine
import Settings

/// Tells errors in one way, whichever command had them.
package enum Failure {
    /// Says what went wrong, and returns what the program ends with.
    static func report(_ error: any Error, by program: Program, on console: Console) -> ExitStatus {
        if let usage = error as? UsageError { return program.report(usage, on: console) }
        console.say(words(for: error, by: program).withVisibleLineControls)
        return status(of: error)
    }

    /// Lines that name the configuration and a place in it stand as they are, one a mistake.
    private static func words(for error: any Error, by program: Program) -> String {
        if case .mistakes? = error as? ConfigurationError { return "\(error)" }
        return "\(program.name): \(error)"
    }

    package static func status(of error: any Error) -> ExitStatus {
        (error as? any ExitStatusConvertible)?.exitStatus ?? .internalError
    }
}

/// A failure that only a command can see, with its words and status.
package struct CommandFailure: ExitStatusConvertible, CustomStringConvertible {
    package let exitStatus: ExitStatus
    package let description: String

    package init(_ status: ExitStatus, _ description: String) {
        exitStatus = status
        self.description = description
    }
}

extension String {
    /// Controls made visible, but for the ends of lines.
    fileprivate var withVisibleLineControls: String {
        split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0).withVisibleControls }.joined(separator: "\n")
    }
}
