package import CommandLine
import Commands
import Rendering

extension TemplateSetError: ExitStatusBearing {
    package var exitStatus: ExitStatus { .badConfiguration }
}
