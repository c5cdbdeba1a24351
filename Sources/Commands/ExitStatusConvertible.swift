import CivilTime
package import CommandLine
import Settings
package import StorageErrors

/// An error that determines the exit status of the program. All other errors exit with
/// `internalError`.
///
/// The errors of lower modules conform here. Errors that only one program can have conform next to
/// its commands.
package protocol ExitStatusConvertible: Error {
    var exitStatus: ExitStatus { get }
}

extension ConfigurationError: ExitStatusConvertible {
    package var exitStatus: ExitStatus { .badConfiguration }
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
