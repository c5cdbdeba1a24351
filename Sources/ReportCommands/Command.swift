import CommandLine

/// A command of callback-reports: what it takes, and the work.
protocol Command {
    static var description: CommandDescription { get }

    /// - Throws: anything that ``Failure`` knows the words and the exit status of.
    static func run(_ context: Context) throws -> ExitStatus
}
