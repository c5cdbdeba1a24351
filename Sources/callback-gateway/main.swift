import CommandLine
import Commands
import GatewayCommands
import Glibc

let arguments = Array(Swift.CommandLine.arguments.dropFirst())
exit(CallbackGateway.commands.run(arguments, in: .ofProcess()).rawValue)
