import CommandLine
import Commands
import Glibc
import ReportCommands

let arguments = Array(Swift.CommandLine.arguments.dropFirst())
exit(CallbackReports.commands.run(arguments, in: .ofProcess()).rawValue)
