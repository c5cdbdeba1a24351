package import CommandLine

/// A command of a program: what it takes, and the work.
package protocol Command {
    static var description: CommandDescription { get }

    /// - Throws: anything that ``Failure`` knows the words and the exit status of.
    static func run(_ context: Context) throws -> ExitStatus
}
