import CommandLine
import Commands
import Ingest

/// `import`: whole files into the log.
enum ImportCommand: Command {
    static let description = CommandDescription(
        name: "import", summary: "Reads files of attempts into the log.",
        discussion: [
            "Every good line is taken and every bad one named; then the status is 65. Importing a "
                + "file again, corrected or not, is always safe. '-' is standard input; gzip is "
                + "understood.",
            "'svix' reads Svix's message attempts and 'convoy' Convoy's event deliveries, as their "
                + "APIs list them: whole answers one after the other, or a record a line.",
        ],
        options: [
            .value(
                "format", "F",
                help: "What the files hold; told by their name and start when "
                    + "absent.", allowed: RecordFormat.allCases.map(\.rawValue)),
            .value(
                "company", "SID",
                help: "Whose all records are; needed for svix, instead of the project for convoy."),
            .value(
                "rejects", "FILE", help: "Write the lines that were not taken there, unchanged."),
            .flag("strict", help: "Take all files whole, or nothing."),
        ],
        operands: [.init("FILE", .oneOrMore, help: "Files of NDJSON or CSV, also gzipped.")],
        examples: [
            .init("callback-reports import callbacks.ndjson", "a log"),
            .init("zcat old/*.gz | callback-reports import --format csv -", "from a pipe"),
            .init("callback-reports import --rejects bad.ndjson log.ndjson", "keep bad lines"),
            .init(
                "callback-reports import --format svix --company HXXXXXXX071IN attempts.json",
                "Svix's list"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let format = context.arguments.value("format").flatMap(RecordFormat.init(rawValue:))
        try checkCompany(context.arguments, for: format)
        let configuration = try context.configuration()
        let log = try Store(configuration).log
        var files = LogImport(log, context)
        files.format = format
        files.company = context.arguments.value("company")
        files.isStrict = context.arguments.flag("strict")
        files.rejects = context.arguments.value("rejects").map(context.absolute)
        let paths = context.arguments.operands.map { $0 == "-" ? $0 : context.absolute($0) }
        return try files.run(paths)
    }

    private static func checkCompany(
        _ arguments: Arguments, for format: RecordFormat?
    ) throws(UsageError) {
        let isForeign = format?.isForeign == true
        if arguments.value("company") != nil, !isForeign {
            throw arguments.misuse(
                "'--company' goes with '--format svix' or '--format convoy' only; other records "
                    + "name their company")
        }
        if arguments.value("company") == nil, format == .svix {
            throw arguments.misuse(
                "'--format svix' needs '--company SID': Svix's attempts name no company")
        }
    }
}
