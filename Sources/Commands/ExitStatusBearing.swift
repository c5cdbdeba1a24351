import CivilTime
package import CommandLine
import SQLite
import Settings

/// An error that a command may end with; any other one is an internal error.
///
/// The errors of lower modules get their status here, those of one program alone beside its
/// commands.
package protocol ExitStatusBearing: Error {
    var exitStatus: ExitStatus { get }
}

extension ConfigurationError: ExitStatusBearing {
    package var exitStatus: ExitStatus { .badConfiguration }
}

extension PasswordError: ExitStatusBearing {
    package var exitStatus: ExitStatus { .badConfiguration }
}

extension ZoneError: ExitStatusBearing {
    package var exitStatus: ExitStatus { .badConfiguration }
}

extension DatabaseError: ExitStatusBearing {
    package var exitStatus: ExitStatus { .ioError }
}

extension OutputError: ExitStatusBearing {
    package var exitStatus: ExitStatus { .cannotWriteOutput }
}
