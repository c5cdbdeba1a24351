import CommandLine
import Commands
import DeliveryLog
import Ingest
import Settings
import Storage

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
        let shared = result.isKept ? try log.sharedCallbacks(result.counts.hidden) : .init()
        if let warning = shared.warning(remedy: Self.remedy) {
            context.console.say(warning.withVisibleControls, as: .warning)
        }
        if result.isKept {
            ImportWarnings(configuration: configuration, console: context.console)
                .print(importer.companies, lateStarts: result.counts.lateStarts)
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
