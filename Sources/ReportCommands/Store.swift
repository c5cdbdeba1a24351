import CivilTime
import CommandLine
import Commands
import DeliveryLog
import Ingest
import ReportDelivery
import Settings
import Storage
import StorageErrors
import TextSupport

/// The database, with the log and the ledger that own its tables.
struct Store {
    let log: AttemptLog
    let ledger: ReportLedger

    init(_ configuration: Configuration) throws(StorageError) {
        log = try AttemptLog(path: configuration.database)
        ledger = try ReportLedger(in: log)
    }

    /// Opens the store for a command that writes. If it creates the database, it says so, because the
    /// user may expect an existing one.
    init(creating configuration: Configuration, _ context: Context) throws(StorageError) {
        try self.init(configuration)
        if let notice = log.creationNotice { context.console.say(notice) }
        log.rememberCreation()
        let zones = configuration.companies.map { ($0.sid, $0.zone) }
        try log.store(
            zones: Dictionary(zones) { first, _ in first },
            release: context.zones.version ?? "unknown")
    }

    /// Opens the store for a command that only reads. It does not create a missing database.
    ///
    /// - Throws: ``CommandFailure`` with exit status 66 and the expected path if there is no
    ///   database.
    init(existing configuration: Configuration) throws {
        if let absence = AttemptLog.absence(at: configuration.database) {
            throw CommandFailure(
                .noInput,
                absence.message(
                    at: configuration.database, configuredIn: configuration.file))
        }
        try self.init(configuration)
    }

    /// Opens the store for a command that also works before the first run. Nil without a database.
    ///
    /// - Throws: ``StorageError`` if the database was created earlier but is missing or empty now.
    init?(ifPresent configuration: Configuration) throws {
        switch AttemptLog.absence(at: configuration.database) {
        case .missing, .empty: return nil
        case .lost(let error): throw error
        case nil: try self.init(configuration)
        }
    }
}

/// What an import prints about valid records that may not be what they seem.
struct ImportWarnings {
    let configuration: Configuration
    let console: Console

    func print(_ tally: ImportTally, lateStarts: Int) {
        print(tally.companies, tally.ahead, lateStarts: lateStarts)
    }

    /// - Parameters:
    ///   - companies: The number of records by company.
    ///   - ahead: The new records that are ahead of the clock.
    ///   - lateStarts: The number of new callbacks that may have been pruned.
    func print(_ companies: [String: Int], _ ahead: AheadAttempts, lateStarts: Int) {
        if let warning = ahead.warning {
            console.say(warning.withVisibleControls, as: .warning)
        }
        if let warning = UnknownCompanies(in: companies, configuration).warning {
            console.say(warning.withVisibleControls, as: .warning)
        }
        guard lateStarts > 0 else { return }
        console.say(
            "\(count(lateStarts, "new callback")) began with attempt 2 or later; if earlier attempts were "
                + "pruned, the reports count the callback twice",
            as: .warning)
    }
}

/// Imports files with a progress bar and prints the results.
struct LogImport {
    private let log: AttemptLog
    private let context: Context
    private let configuration: Configuration
    /// The format of all files; nil to detect it from the name and first character.
    var format: RecordFormat?
    var company: String?
    /// The fields that identify a callback; nil if its ID alone does.
    var callbackKey: CallbackKey?
    var isStrict = false
    /// The absolute path of the file for rejected lines.
    var rejects: String?

    init(_ log: AttemptLog, _ context: Context, _ configuration: Configuration) {
        self.log = log
        self.context = context
        self.configuration = configuration
    }

    func run(_ paths: [String]) throws -> ExitStatus {
        let rejects = try rejects.map { path in
            try checkIsFree(path, among: paths)
            return try RejectsFile(path)
        }
        let importer = importer(rejects, FileProgressBars(context))
        let result = try importer.read(paths)
        try rejects?.commit()
        for failure in result.failures { context.console.say("\(failure)", as: .error) }
        context.console.print(line(result))
        for (path, pointers) in result.unmatched.sorted(by: { $0.key < $1.key }) {
            let name = path == "-" ? "standard input" : path
            context.console.say(
                "\(name): no record has a value at \(pointers.joined(separator: ", ")), so 'only' skipped "
                    .withVisibleControls + "them; check the pointer in the map", as: .warning)
        }
        let shared = result.isKept ? try log.sharedCallbacks(result.counts.hidden) : .init()
        if let warning = shared.warning(remedy: Self.remedy) {
            context.console.say(warning.withVisibleControls, as: .warning)
        }
        if result.isKept {
            ImportWarnings(configuration: configuration, console: context.console)
                .print(importer.tally, lateStarts: result.counts.lateStarts)
        }
        var statuses = [ExitStatus.success]
        if result.counts.rejected > 0 { statuses.append(.badData) }
        statuses += result.failures.map(\.exitStatus)
        return ExitStatus.mostSevere(statuses)
    }

    /// The file for rejected lines replaces the one at its path, so that must be no other file of the
    /// import.
    private func checkIsFree(_ rejects: String, among paths: [String]) throws {
        guard let file = FileCheckpoint.Identity(ofFileAt: rejects) else { return }
        for path in paths + [configuration.database]
        where FileCheckpoint.Identity(ofFileAt: path) == file {
            throw CommandFailure(
                .usage,
                "--rejects: \(path) would be overwritten; give the rejected lines another file")
        }
    }

    private static func remedy(_ field: String) -> String {
        "combine it with \(field): import with '--callback-key callback_id,\(field)' into a new "
            + "database"
    }

    private func importer(_ rejects: RejectsFile?, _ bars: FileProgressBars) -> Importer {
        var importer = Importer(into: log)
        importer.format = format
        importer.company = company
        importer.callbackKey = callbackKey
        importer.isStrict = isStrict
        importer.now = context.clock()
        let console = context.console
        importer.onProblem = { path, problem in
            let name = path == "-" ? "standard input" : path
            console.say("\(name): \(problem)".withVisibleControls, as: .error)
        }
        if let rejects { importer.onReject = { rejects.write($0) } }
        importer.onProgress = { bars.update($0) }
        return importer
    }

    private func line(_ result: Importer.Result) -> String {
        let counts = result.counts
        guard result.isKept else {
            return "nothing imported: \(counts.rejected) of \(counts.records) records are invalid "
                + "('--strict')"
        }
        return "\(counts)"
    }
}

/// The file for rejected lines. ``commit()`` reports an error if it cannot be written.
private final class RejectsFile {
    private let path: String
    private var bytes: [UInt8] = []

    init(_ path: String) throws(OutputError) {
        self.path = path
        // Fail before the import if the path cannot be written. The file changes afterwards.
        _ = try FileOutput(path)
    }

    func write(_ record: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: record)
    }

    func commit() throws(OutputError) {
        try FileOutput.write(bytes, to: path)
    }
}

/// A progress bar for the current file.
private final class FileProgressBars {
    private let context: Context
    private var current: (path: String, bar: ProgressBar)?

    init(_ context: Context) {
        self.context = context
    }

    func update(_ progress: Importer.Progress) {
        if current?.path != progress.path {
            let name = progress.path.split(separator: "/").last.map(String.init) ?? progress.path
            let bar = ProgressBar(
                name, total: progress.total.map(Int.init), on: context.console,
                clock: context.stopwatch)
            current = (progress.path, bar)
        }
        current?.bar.update(done: Int(progress.read))
    }
}

/// The companies of records that the configuration does not contain, so that no report counts them.
struct UnknownCompanies {
    /// The SIDs, with the number of records of each.
    private let counts: [(sid: String, records: Int)]
    private let known: [String]

    /// - Parameter counts: The number of records by company.
    init(in counts: [String: Int], _ configuration: Configuration) {
        known =
            configuration.companies.map(\.sid) + configuration.invalidCompanies.compactMap(\.sid)
        // Without any company, the configuration is for imports only.
        let isUsed = !configuration.companies.isEmpty || !configuration.invalidCompanies.isEmpty
        self.counts =
            isUsed
            ? counts.filter { !configuration.mayName(company: $0.key) }
                .map { (sid: $0.key, records: $0.value) }.sorted { $0.sid < $1.sid }
            : []
    }

    /// The companies of a log.
    init(of sids: [String], _ configuration: Configuration) {
        self.init(in: Dictionary(sids.map { ($0, 0) }) { first, _ in first }, configuration)
    }

    /// The maximum number of companies in a message.
    private static let shown = 5

    /// The SIDs, or `nil` if there are none.
    var names: String? {
        counts.isEmpty ? nil : list(counts.map(\.sid))
    }

    /// The message about an import, or `nil` if there is nothing to say.
    var warning: String? {
        guard !counts.isEmpty else { return nil }
        let records = counts.reduce(0) { $0 + $1.records }
        return "\(count(records, "record")) of companies that the configuration does not contain: "
            + list(counts.map { "\($0.sid)\(suggestion(for: $0.sid))" })
            + "; the records were imported, but no report counts them"
    }

    /// The message about a log, or `nil` if there is nothing to say.
    var finding: String? {
        guard !counts.isEmpty else { return nil }
        return "the log has companies that the configuration does not contain: "
            + list(counts.map { "\($0.sid)\(suggestion(for: $0.sid))" })
    }

    private func suggestion(for sid: String) -> String {
        nearestSpelling(of: sid, in: known).map { " (did you mean \($0)?)" } ?? ""
    }

    private func list(_ words: [String]) -> String {
        let others = words.count - Self.shown
        return words.prefix(Self.shown).joined(separator: ", ")
            + (others > 0 ? " and \(others) more" : "")
    }
}
