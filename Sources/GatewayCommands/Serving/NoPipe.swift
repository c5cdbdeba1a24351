import CommandLine
import Commands
import Glibc

/// The system gives no pipe.
struct NoPipe: ExitStatusBearing, CustomStringConvertible {
    let code: Int32

    var exitStatus: ExitStatus { .ioError }
    var description: String { "cannot make a pipe: \(String(cString: strerror(code)))" }
}
