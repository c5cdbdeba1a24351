import CivilTime
package import CommandLine
import SQLite
import Settings

/// An error that a command may end with; any other one is an internal error.
///
/// The errors of lower modules get their status here, those of one program alone beside its
/// commands.
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

extension DatabaseError: ExitStatusConvertible {
    package var exitStatus: ExitStatus { .ioError }
}

extension OutputError: ExitStatusConvertible {
    package var exitStatus: ExitStatus { .cannotWriteOutput }
}
