import CommandLine
import Commands
import Ingest
import Storage
import TextSupport

/// `import`: imports files into the log.
enum ImportCommand: Command {
    static let description = CommandDescription(
        name: "import", summary: "Imports files of attempts into the log.",
        discussion: [
            "Imports every valid record and reports each invalid one. If any record is invalid, the "
                + "exit status is 65. You can safely import a file again, corrected or not. Use '-' for "
                + "standard input. gzip, zstd, xz, bzip2 and lz4 files are decompressed.",
            "'svix' reads Svix message attempts and 'convoy' reads Convoy event deliveries, as their "
                + "APIs list them: concatenated responses, or one record per line.",
            "For other JSON, provide a map from the fields of a record to JSON pointers into your data: "
                + "{\"callback_id\": \"/message/id\", \"finished_at\": \"/time\", "
                + "\"outcome\": {\"pointer\": \"/state\", \"values\": {\"ok\": \"delivered\", "
                + "\"dead\": \"failed\"}}, \"company\": {\"value\": \"HXXXXXXX071IN\"}}. "
                + "A 'pointer' can have a 'factor'. 'join' lists pointers whose values are joined with "
                + "'/'. If a field has a list of entries, the first one that is present is used. "
                + "'records' points to the list of records in a response. To leave out records that are "
                + "not deliveries, use the outcome \"skip\" in 'values', or \"skip\": {\"pointer\": "
                + "\"/event\", \"values\": [\"open\"]}, or 'only' in the same form.",
        ],
        options: [
            .value(
                "format", "F",
                help: "Format of the files (default: detected from the file name and content).",
                allowed: RecordFormat.names),
            .value(
                "map", "FILE",
                help: "JSON file that maps the fields of a record to JSON pointers into your data."
            ),
            .value(
                "company", "SID",
                help: "Company of all records; required if they have none, as with svix."),
            .value(
                "callback-key", "FIELDS",
                help: "Fields that together identify a callback, such as "
                    + "callback_id,profile_id if all endpoints of an event share one ID."),
            .value(
                "rejects", "FILE", help: "Write the rejected lines to this file, unchanged."),
            .flag("strict", help: "Import nothing if any record is invalid."),
        ],
        operands: [.init("FILE", .oneOrMore, help: "NDJSON or CSV files, optionally compressed.")],
        exclusive: [["map", "format"]],
        examples: [
            .init("callback-reports import callbacks.ndjson", "a log"),
            .init("zcat old/*.gz | callback-reports import --format csv -", "from a pipe"),
            .init("callback-reports import --rejects bad.ndjson log.ndjson", "keep rejected lines"),
            .init(
                "callback-reports import --format svix --company HXXXXXXX071IN attempts.json",
                "a list from Svix"),
            .init("callback-reports import --map map.json hooks.log", "any other log"),
            .init(
                "callback-reports import --callback-key callback_id,profile_id log.ndjson",
                "if all endpoints of an event share one ID"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let format = try format(context)
        try checkCompany(context.arguments, for: format)
        let key = try callbackKey(context.arguments)
        let configuration = try context.configuration()
        let store = try Store(creating: configuration, context)
        try store.requireValidPruneLimit(at: context.clock())
        var files = LogImport(store.log, context, configuration)
        files.format = format
        files.company = context.arguments.value("company")
        files.callbackKey = key
        files.isStrict = context.arguments.flag("strict")
        files.rejects = context.arguments.value("rejects").map(context.absolute)
        let paths = context.arguments.operands.map { $0 == "-" ? $0 : context.absolute($0) }
        let status = try files.run(paths)
        // After the records, which may confirm the clock.
        try ClockCheck(context, configuration, store.log).note()
        return status
    }

    private static func callbackKey(_ arguments: Arguments) throws(UsageError) -> CallbackKey? {
        guard let text = arguments.value("callback-key") else { return nil }
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        if let key = CallbackKey(names: names) { return key }
        let unknown = names.first { !CallbackKey.names.contains($0) }
        let nearest = unknown.flatMap { nearestSpelling(of: $0, in: CallbackKey.names) }
        throw arguments.misuse(
            "'--callback-key \(text)': expected callback_id and other fields of "
                + CallbackKey.names.dropFirst().joined(separator: ", ")
                + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
    }

    private static func format(_ context: Context) throws -> RecordFormat? {
        guard let map = context.arguments.value("map") else {
            return context.arguments.value("format").flatMap(RecordFormat.init(name:))
        }
        return .mapped(try format(mappedBy: context.absolute(map), context))
    }

    /// Reads the format from a map and prints every error in the map.
    private static func format(
        mappedBy map: String, _ context: Context
    ) throws -> RecordMapping {
        do {
            return try RecordMapping(mapIn: map)
        } catch let error as MapError {
            for diagnostic in error.diagnostics {
                context.console.say("\(map): \(diagnostic)".withVisibleControls, as: .error)
            }
            throw CommandFailure(
                .badData, "nothing imported: the map is invalid; see the errors above")
        } catch let error as IngestError {
            throw CommandFailure(error.exitStatus, "\(error)")
        }
    }

    private static func checkCompany(
        _ arguments: Arguments, for format: RecordFormat?
    ) throws(UsageError) {
        let hasCompany = arguments.value("company") != nil
        guard case .mapped(let mapped)? = format else {
            guard hasCompany else { return }
            throw arguments.misuse(
                "'--company' requires '--map', '--format svix' or '--format convoy'; records in other "
                    + "formats contain their company")
        }
        guard mapped.needsCompany, !hasCompany else { return }
        throw arguments.misuse(
            arguments.value("map") != nil
                ? "the map has no 'company'; add it or use '--company SID'"
                : "'--format svix' requires '--company SID', because Svix attempts contain no company"
        )
    }
}
