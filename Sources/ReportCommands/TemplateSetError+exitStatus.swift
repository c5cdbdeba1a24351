package import CommandLine
import Commands
import Rendering

extension TemplateSetError: ExitStatusConvertible {
    package var exitStatus: ExitStatus { .badConfiguration }
}
