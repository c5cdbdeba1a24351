import CommandLine
import Commands
import Glibc
import Settings

/// `init`: a configuration to begin with.
enum InitCommand: Command {
    static let description = CommandDescription(
        name: "init", summary: "Writes a commented configuration to begin with.",
        discussion: ["A file that is there already is left alone."],
        operands: [.init("DIR", .atMostOne, help: "Where to; the current directory when absent.")],
        examples: [.init("callback-reports init /etc/callback-reports", "for the whole machine")])

    static func run(_ context: Context) throws -> ExitStatus {
        let directory = context.directory(context.arguments.operands.first ?? ".")
        let path = try write(Configuration.example, to: directory)
        context.console.print("wrote \(path)")
        context.console.print("edit it, then try: callback-reports check --config \(path)")
        return .success
    }

    /// Writes a configuration into a directory, which is made when it is missing.
    ///
    /// - Throws: when there is one already.
    static func write(_ text: String, to directory: String) throws -> String {
        guard mkdir(directory, 0o755) == 0 || errno == EEXIST else {
            throw OutputError(directory, code: errno)
        }
        let path = "\(directory)/\(ConfigurationLocator.fileName(in: directory))"
        guard !FileCheck.exists(path) else {
            throw CommandFailure(
                .cannotWriteOutput, "\(path) is there already; name another directory")
        }
        try FileOutput.write(Array(text.utf8), to: path)
        return path
    }
}
