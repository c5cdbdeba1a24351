import CivilTime
package import CommandLine
import Glibc
import Settings
package import StorageErrors

/// Reports errors in the same form for all commands.
package enum Failure {
    /// Prints an error to standard error and returns the exit status for it.
    static func report(_ error: any Error, by program: Program, on console: Console) -> ExitStatus {
        if let usage = error as? UsageError { return program.report(usage, on: console) }
        console.say(words(for: error, by: program).withVisibleLineControls, as: .error)
        return status(of: error)
    }

    /// Returns the text of an error, which begins with the program unless it names files.
    private static func words(for error: any Error, by program: Program) -> String {
        let isLocated = (error as? any ExitStatusConvertible)?.beginsWithLocation ?? false
        return isLocated ? "\(error)" : "\(program.name): \(error)"
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

/// An error that determines the exit status of the program. All other errors exit with
/// `internalError`.
///
/// The errors of lower modules conform here. Errors that only one program can have conform next to
/// its commands.
package protocol ExitStatusConvertible: Error {
    var exitStatus: ExitStatus { get }
    /// Whether each line of the description begins with a file and a position, as compilers print
    /// errors.
    var beginsWithLocation: Bool { get }
}

extension ExitStatusConvertible {
    package var beginsWithLocation: Bool { false }
}

extension ConfigurationError: ExitStatusConvertible {
    package var exitStatus: ExitStatus { .badConfiguration }
    package var beginsWithLocation: Bool {
        if case .diagnostics = self { true } else { false }
    }
}

extension PasswordError: ExitStatusConvertible {
    package var exitStatus: ExitStatus { .badConfiguration }
}

extension ZoneError: ExitStatusConvertible {
    package var exitStatus: ExitStatus { .badConfiguration }
}

extension StorageError: ExitStatusConvertible {
    package var exitStatus: ExitStatus { .ioError }
}

extension OutputError: ExitStatusConvertible {
    package var exitStatus: ExitStatus { .cannotWriteOutput }
}

/// Checks that commands make before they open files.
package enum FileCheck {
    package static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// Whether the file does not exist. Returns false for a file in a directory that the user may not
    /// enter.
    package static func isMissing(_ path: String) -> Bool {
        access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)
    }
}
