import CivilTime
import CommandLine
import Commands
import Ingest
import ReportDelivery
import Settings
import Storage

/// Reads the new records of the configured sources.
enum SourceReading {
    /// Imports every valid line and reports each problem once.
    ///
    /// - Returns: 65 if lines were invalid, 66 if a source could not be read.
    static func read(
        _ configuration: Configuration, _ store: Store, now: Instant, _ context: Context
    ) throws -> ExitStatus {
        guard !configuration.sources.isEmpty else { return try forgetProblems(store) }
        var statuses = [ExitStatus.success]
        let lastRun = try store.ledger.lastRun()?.finishedAt
        let reader = try SourceReader(
            into: store.log, now: now, systemTime: context.clock(), lastRun: lastRun
        ) { event in
            statuses.append(handle(event, store, context))
        }
        let patterns = configuration.sources.map { source in
            SourcePattern(
                path: source.path, rotatedTo: source.rotatedTo,
                key: source.callbackKey.flatMap(CallbackKey.init))
        }
        let counts = try reader.readNew(patterns)
        ImportWarnings(configuration: configuration, console: context.console)
            .print(reader.tally, lateStarts: counts.lateStarts)
        return ExitStatus.mostSevere(statuses)
    }

    /// A source that was removed from the configuration is no problem any more.
    private static func forgetProblems(_ store: Store) throws -> ExitStatus {
        guard try !CheckpointStore.problems(of: store.log).isEmpty else { return .success }
        try CheckpointStore(in: store.log).replaceProblems(with: [])
        return .success
    }

    /// Removes files that were not seen for a long time. Call this only if the clock is confirmed.
    static func forgetOld(
        _ configuration: Configuration, _ store: Store, now: Instant
    ) throws {
        guard !configuration.sources.isEmpty else { return }
        try SourceReader(into: store.log, now: now) { _ in }.forgetOld()
    }

    private static func handle(
        _ event: SourceEvent, _ store: Store, _ context: Context
    ) -> ExitStatus {
        switch event {
        case .read(let path, let counts):
            guard counts.records > 0 else { return .success }
            context.console.print("\(path): \(counts)".withVisibleControls)
            // If this cannot be read now, the report and 'verify' still show it.
            let shared = try? store.log.sharedCallbacks(counts.hidden)
            if let warning = shared?.warning(remedy: remedy) {
                context.console.say("\(path): \(warning)".withVisibleControls, as: .warning)
            }
            return .success
        case .problem(let path, let problem):
            context.console.say("\(path): \(problem)".withVisibleControls, as: .error)
            return .badData
        case .waiting(let path, let offset):
            context.console.print(
                "\(path): the last line, from byte \(offset), has no line end; it waits for a later run"
                    .withVisibleControls)
            return .success
        case .openQuote(let error):
            context.console.say("\(error)".withVisibleControls, as: .warning)
            return .success
        case .absent(let path):
            context.console.print(
                "\(path): the file that earlier runs have read is missing; a later run looks for it again"
                    .withVisibleControls)
            return .success
        case .failure(let error):
            context.console.say("\(error)".withVisibleControls, as: .error)
            return error.exitStatus
        }
    }

    private static func remedy(_ field: String) -> String {
        "combine it with \(field): add \"callbackKey\": [\"callback_id\", \"\(field)\"] to the source"
    }
}

extension IngestError {
    /// A file that can be read but not parsed is bad data.
    var exitStatus: ExitStatus {
        switch self {
        case .unusable, .otherEncoding: .badData
        case .cannotSave: .ioError
        default: .noInput
        }
    }
}
