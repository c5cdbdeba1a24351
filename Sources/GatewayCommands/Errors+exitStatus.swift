package import CommandLine
import Commands
import Encryption
import Profiles

extension SecretKeyError: ExitStatusBearing {
    package var exitStatus: ExitStatus { .badConfiguration }
}

extension DamagedProfile: ExitStatusBearing {
    package var exitStatus: ExitStatus { .ioError }
}
