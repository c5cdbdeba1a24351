import CommandLine
import Ingest

/// `import`: whole files into the log.
enum ImportCommand: Command {
    static let description = CommandDescription(
        name: "import", summary: "Reads files of attempts into the log.",
        discussion: [
            "Every good line is taken and every bad one named; then the status is 65. Importing a "
                + "file again, corrected or not, is always safe. '-' is standard input; gzip is "
                + "understood."
        ],
        options: [
            .value(
                "format", "F",
                help: "What the files hold; told by their name and start when "
                    + "absent.", allowed: RecordFormat.allCases.map(\.rawValue)),
            .value(
                "rejects", "FILE", help: "Write the lines that were not taken there, unchanged."),
            .flag("strict", help: "Take all files whole, or nothing."),
        ],
        operands: [.init("FILE", .oneOrMore, help: "Files of NDJSON or CSV, also gzipped.")],
        examples: [
            .init("callback-reports import callbacks.ndjson", "a log"),
            .init("zcat old/*.gz | callback-reports import --format csv -", "from a pipe"),
            .init("callback-reports import --rejects bad.ndjson log.ndjson", "keep bad lines"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configuration()
        let log = try Store(configuration).log
        var files = LogImport(log, context)
        files.format = context.arguments.value("format").flatMap(RecordFormat.init(rawValue:))
        files.isStrict = context.arguments.flag("strict")
        files.rejects = context.arguments.value("rejects").map(context.absolute)
        let paths = context.arguments.operands.map { $0 == "-" ? $0 : context.absolute($0) }
        return try files.run(paths)
    }
}
