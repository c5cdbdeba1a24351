import CivilTime
import CommandLine
import Ingest
import Rendering
import ReportRuns
import SQLite
import Settings
import Templates

/// The one place that gives errors their exit status.
enum Failure {
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

    static func status(of error: any Error) -> ExitStatus {
        switch error {
        case let failure as CommandFailure: failure.status
        case is ConfigurationError, is PasswordError, is TemplateSetError, is ZoneError:
            .badConfiguration
        case is DatabaseError: .ioError
        case is OutputError: .cannotWriteOutput
        default: .internalError
        }
    }
}

/// A failure that only a command can see, with its words and status.
struct CommandFailure: Error, CustomStringConvertible {
    var status: ExitStatus
    var description: String

    init(_ status: ExitStatus, _ description: String) {
        self.status = status
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
