package import CallbackDispatch
package import CommandLine
import Commands
import Encryption
import HTTPServer
import Profiles

extension SecretKeyError: ExitStatusBearing {
    package var exitStatus: ExitStatus { .badConfiguration }
}

extension DamagedProfile: ExitStatusBearing {
    package var exitStatus: ExitStatus { .ioError }
}

extension ServerError: ExitStatusBearing {
    package var exitStatus: ExitStatus {
        switch self {
        case .notAnAddress: .usage
        case .cannotListen, .notStarted: .ioError
        }
    }
}

extension NoPipe: ExitStatusBearing {
    package var exitStatus: ExitStatus { .ioError }
}
