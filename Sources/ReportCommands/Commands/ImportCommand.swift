import CommandLine
import Commands
import Ingest
import Spelling
import Storage

/// `import`: whole files into the log.
enum ImportCommand: Command {
    static let description = CommandDescription(
        name: "import", summary: "Reads files of attempts into the log.",
        discussion: [
            "Every good line is taken and every bad one named; then the status is 65. Importing a "
                + "file again, corrected or not, is always safe. '-' is standard input. Files of gzip, "
                + "zstd, xz, bzip2 and lz4 are decompressed.",
            "'svix' reads Svix's message attempts and 'convoy' Convoy's event deliveries, as their "
                + "APIs list them: whole answers one after the other, or a record a line.",
            "Any other JSON is read with a map of our fields to where its records hold them: "
                + "{\"callback_id\": \"/message/id\", \"finished_at\": \"/time\", "
                + "\"outcome\": {\"pointer\": \"/state\", \"values\": {\"ok\": \"delivered\", "
                + "\"dead\": \"failed\"}}, \"company\": {\"value\": \"HXXXXXXX071IN\"}}. "
                + "'pointer' may have a 'factor' too, 'join' lists pointers whose texts are joined "
                + "with '/', and of a list of entries the first that is there counts. 'records' "
                + "points to the list of records in an answer. The outcome \"skip\" in 'values', and "
                + "\"skip\": {\"pointer\": \"/event\", \"values\": [\"open\"]} or 'only' in the same form, "
                + "leave out records that are no delivery.",
        ],
        options: [
            .value(
                "format", "F",
                help: "What the files hold; told by their name and start when "
                    + "absent.", allowed: RecordFormat.names),
            .value("map", "FILE", help: "Where another program's records hold our fields."),
            .value(
                "company", "SID",
                help: "Whose all records are; needed where they name no company, as svix's."),
            .value(
                "callback-key", "FIELDS",
                help: "Fields that together tell callbacks apart, such as "
                    + "callback_id,profile_id where an event has one id for all its endpoints."),
            .value(
                "rejects", "FILE", help: "Write the lines that were not taken there, unchanged."),
            .flag("strict", help: "Take all files whole, or nothing."),
        ],
        operands: [.init("FILE", .oneOrMore, help: "Files of NDJSON or CSV, also compressed.")],
        exclusive: [["map", "format"]],
        examples: [
            .init("callback-reports import callbacks.ndjson", "a log"),
            .init("zcat old/*.gz | callback-reports import --format csv -", "from a pipe"),
            .init("callback-reports import --rejects bad.ndjson log.ndjson", "keep bad lines"),
            .init(
                "callback-reports import --format svix --company HXXXXXXX071IN attempts.json",
                "Svix's list"),
            .init("callback-reports import --map map.json hooks.log", "any other log"),
            .init(
                "callback-reports import --callback-key callback_id,profile_id log.ndjson",
                "one id for all endpoints of an event"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let format = try format(context)
        try checkCompany(context.arguments, for: format)
        let key = try callbackKey(context.arguments)
        let configuration = try context.configuration()
        let store = try Store(configuration)
        try store.requirePastLimit(at: context.clock())
        var files = LogImport(store.log, context)
        files.format = format
        files.company = context.arguments.value("company")
        files.callbackKey = key
        files.isStrict = context.arguments.flag("strict")
        files.rejects = context.arguments.value("rejects").map(context.absolute)
        let paths = context.arguments.operands.map { $0 == "-" ? $0 : context.absolute($0) }
        return try files.run(paths)
    }

    private static func callbackKey(_ arguments: Arguments) throws(UsageError) -> CallbackKey? {
        guard let text = arguments.value("callback-key") else { return nil }
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        if let key = CallbackKey(names: names) { return key }
        let unknown = names.first { !CallbackKey.names.contains($0) }
        let nearest = unknown.flatMap { nearestSpelling(of: $0, in: CallbackKey.names) }
        throw arguments.misuse(
            "'--callback-key \(text)': expected callback_id and others of "
                + CallbackKey.names.dropFirst().joined(separator: ", ")
                + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
    }

    private static func format(_ context: Context) throws -> RecordFormat? {
        guard let map = context.arguments.value("map") else {
            return context.arguments.value("format").flatMap(RecordFormat.init(name:))
        }
        return .foreign(try format(mappedBy: context.absolute(map), context))
    }

    /// The format that a map tells; every mistake of the map is told.
    private static func format(
        mappedBy map: String, _ context: Context
    ) throws -> RecordMapping {
        do {
            return try RecordMapping(mapIn: map)
        } catch let error as MapError {
            for mistake in error.mistakes {
                context.console.say("\(map): \(mistake)".withVisibleControls)
            }
            throw CommandFailure(.badData, "nothing imported: the map has mistakes")
        } catch let error as IngestError {
            throw CommandFailure(error.exitStatus, "\(error)")
        }
    }

    private static func checkCompany(
        _ arguments: Arguments, for format: RecordFormat?
    ) throws(UsageError) {
        let hasCompany = arguments.value("company") != nil
        guard case .foreign(let foreign)? = format else {
            guard hasCompany else { return }
            throw arguments.misuse(
                "'--company' goes with '--map', '--format svix' or '--format convoy' only; other "
                    + "records name their company")
        }
        guard foreign.needsCompany, !hasCompany else { return }
        throw arguments.misuse(
            arguments.value("map") != nil
                ? "the map has no 'company': add it, or '--company SID'"
                : "'--format svix' needs '--company SID': Svix's attempts name no company")
    }
}
