package import CallbackDispatch
package import CommandLine
import Commands
import Encryption
import HTTPServer
import Profiles

extension SecretKeyError: ExitStatusConvertible {
    package var exitStatus: ExitStatus { .badConfiguration }
}

extension DamagedProfile: ExitStatusConvertible {
    package var exitStatus: ExitStatus { .ioError }
}

extension ServerError: ExitStatusConvertible {
    package var exitStatus: ExitStatus {
        switch self {
        case .notAnAddress: .usage
        case .cannotListen, .notStarted: .ioError
        }
    }
}

extension PipeError: ExitStatusConvertible {
    package var exitStatus: ExitStatus { .ioError }
}
