package import CommandLine

/// A command of a program: its description and its implementation.
///
///     enum PingCommand: Command {
///         static let description = CommandDescription(name: "ping", summary: "Print pong.")
///
///         static func run(_ context: Context) throws -> ExitStatus {
///             context.console.print("pong")
///             return .success
///         }
///     }
package protocol Command {
    /// The name, options, operands and help of the command.
    static var description: CommandDescription { get }

    /// Runs the command and returns the exit status of the program.
    ///
    /// - Parameter context: the parsed arguments and everything that the command gets from its
    ///   environment.
    /// - Throws: any error. ``Failure`` prints its description and determines its exit status.
    static func run(_ context: Context) throws -> ExitStatus
}
