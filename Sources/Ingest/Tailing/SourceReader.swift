package import CivilTime
import DeliveryLog
import Glibc
package import Storage
package import StorageErrors

/// Reads new records from files that other programs append to.
///
/// The position of a file moves in the transaction that stores its records, and only from where
/// this run found it. Therefore each line is in the log exactly once, even if processes are killed
/// and several runs overlap. A file is identified by device and inode while its first bytes stay
/// the same, and otherwise by its content. A copy or a compressed file therefore continues at the
/// position of its original.
///
/// ```swift
/// let reader = try SourceReader(into: log, now: now) { event in print(event) }
/// let counts = try reader.readNew([SourcePattern(path: "/var/log/app/*.ndjson")])
/// ```
package struct SourceReader {
    let log: AttemptLog
    let store: CheckpointStore
    let now: Instant
    /// The time of the system clock, which also dates the files. It differs from ``now`` in a
    /// simulated run.
    let systemTime: Instant
    let batchSize: Int
    let onEvent: (SourceEvent) -> Void
    /// When the previous run read the sources, or `nil` for the first run.
    let lastRun: Instant?
    /// The files that this run has opened.
    let seen = SeenFiles()
    /// The sources that this run could not read.
    let problems = SourceProblems()
    /// The valid records of this run.
    package let tally = ImportTally()

    /// - Parameters:
    ///   - log: The log that records are stored in.
    ///   - now: The current time.
    ///   - systemTime: The time of the system clock, if `now` is simulated.
    ///   - lastRun: When the previous run read the sources, or `nil` for the first run.
    ///   - batchSize: The maximum number of records in one transaction, which blocks other writers.
    ///   - onEvent: Called for each event.
    /// - Throws: A `StorageError` if the tables cannot be created or migrated.
    package init(
        into log: AttemptLog, now: Instant, systemTime: Instant? = nil, lastRun: Instant? = nil,
        batchSize: Int = 8000,
        onEvent: @escaping (SourceEvent) -> Void
    ) throws(StorageError) {
        self.log = log
        self.now = now
        self.systemTime = systemTime ?? now
        self.lastRun = lastRun
        self.batchSize = batchSize
        self.onEvent = onEvent
        store = try CheckpointStore(in: log)
    }

    /// Reads all files that the patterns match, and their rotated files.
    ///
    /// - Returns: The counts of all files.
    /// - Throws: A `StorageError` if the log cannot be written. Problems of files are reported as
    ///   events.
    @discardableResult
    package func readNew(_ patterns: [SourcePattern]) throws(StorageError) -> IngestCounts {
        let found = SourcePaths(patterns)
        for pattern in found.unmatched { try reportMissing(pattern) }
        var total = IngestCounts()
        for path in found.paths {
            total += try read(path, key: found.key(of: path), isRotated: found.isRotated(path))
        }
        total += try readRotatedAway(patterns)
        try store.replaceProblems(with: problems.list)
        return total
    }

    /// Reports a file that could not be read, and remembers it until a run can read it.
    func report(_ failure: IngestError) {
        problems.add(failure, since: now)
        onEvent(.failure(failure))
    }

    /// Reports that the rejected lines or the lost end of a source cannot be saved. Nothing of them was
    /// stored, so that a later run reads them. Throws any other error.
    func report(_ error: StorageError, at path: String) throws(StorageError) {
        guard error.place.hasPrefix(log.path + "-") else { throw error }
        report(.cannotSave(path: path, reason: "\(error)"))
    }

    /// Reports a quoted cell that may still be growing. It is a problem if the run before found it, too.
    func announce(_ failure: IngestError) throws(StorageError) {
        let isNew = try !store.problems().contains { $0.problem == "\(failure)" }
        problems.add(failure, since: now, waits: isNew)
        onEvent(.openQuote(failure))
    }

    /// Reports a source without files.
    ///
    /// A program that rotates its log renames the file and then creates a new one. A file that an
    /// earlier run has read may therefore be missing in one run, but not in two.
    private func reportMissing(_ pattern: String) throws(StorageError) {
        let failure = SourceCheck.reason(pattern)
        // The files may well be there.
        guard case .noMatch = failure else { return report(failure) }
        let isNew = try !store.problems().contains { $0.path == pattern }
        let isKnown = try store.hasSeen(pattern)
        guard isNew, isKnown else { return report(failure) }
        problems.add(failure, since: now, waits: true)
        onEvent(.absent(path: pattern))
    }

    /// Deletes the state of files that were not seen for 90 days. Call it only with a correct
    /// clock.
    package func forgetOld() throws(StorageError) {
        try store.forgetOld(now: now)
    }

    /// Saves the message about an end that cannot be read.
    func save(_ error: IngestError) throws(StorageError) {
        try store.exclusively { () throws(StorageError) in
            try UnreadEnds(nextTo: log.path).append(error, at: now)
        }
    }

    /// Removes the message about an end that was lost, because it is being read after all: the
    /// operator has set `rotatedTo`, or restored a damaged file.
    func forgetLoss(of file: FileCheckpoint) throws(StorageError) {
        try store.exclusively { () throws(StorageError) in
            try UnreadEnds(nextTo: log.path).remove([
                IngestError.startOfLoss(path: file.seenPath, offset: file.position.offset),
                IngestError.startOfDamage(path: file.seenPath),
            ])
            try store.setReported(false, file)
        }
    }

    /// Reads one file to its current end.
    func read(
        _ path: String, key: CallbackKey?, isRotated: Bool
    ) throws(StorageError) -> IngestCounts {
        var tail = FileTailer(path: path, reader: self, key: key, isRotated: isRotated)
        do {
            try tail.readAll()
        } catch {
            switch error {
            case .failure(let failure): report(failure)
            case .database(let error): try report(error, at: path)
            }
        }
        if tail.counts.records > 0 { onEvent(.read(path: path, tail.counts)) }
        return tail.counts
    }
}
