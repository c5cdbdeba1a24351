import CommandLine
import Commands
import Glibc
import Settings

/// `init`: writes a first configuration.
enum InitCommand: Command {
    static let description = CommandDescription(
        name: "init", summary: "Writes a commented example configuration.",
        discussion: ["An existing file is never overwritten."],
        operands: [
            .init("DIR", .atMostOne, help: "Target directory (default: current directory).")
        ],
        examples: [.init("callback-reports init /etc/callback-reports", "for the whole machine")])

    static func run(_ context: Context) throws -> ExitStatus {
        let directory = context.directory(context.arguments.operands.first ?? ".")
        let path = try write(Configuration.example, to: directory)
        context.console.print("wrote \(path)")
        context.console.print("edit it, then try: callback-reports check --config \(path)")
        return .success
    }

    /// Writes a configuration into a directory and creates the directory if needed.
    ///
    /// - Throws: An error if the directory already has a configuration.
    static func write(_ text: String, to directory: String) throws -> String {
        guard mkdir(directory, 0o755) == 0 || errno == EEXIST else {
            throw OutputError(directory, code: errno)
        }
        let path = "\(directory)/\(ConfigurationLocator.fileName(in: directory))"
        guard !FileCheck.exists(path) else {
            throw CommandFailure(
                .cannotWriteOutput, "\(path) already exists; choose another directory")
        }
        try FileOutput.write(Array(text.utf8), to: path)
        return path
    }
}
