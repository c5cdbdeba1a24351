package import CivilTime
import DeliveryLog
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
    /// The valid records of this run by company.
    package let companies = CompanyTally()

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
        for pattern in found.unmatched { onEvent(.failure(.noMatch(pattern: pattern))) }
        var total = IngestCounts()
        for path in found.paths {
            total += try read(path, key: found.key(of: path), isRotated: found.isRotated(path))
        }
        total += try readRotatedAway(patterns)
        return total
    }

    /// Deletes the state of files that were not seen for 90 days. Call it only with a correct
    /// clock.
    package func forgetOld() throws(StorageError) {
        try store.forgetOld(now: now)
    }

    /// Saves the message about an end that no later run can read.
    func save(_ error: IngestError) throws(StorageError) {
        try UnreadEnds(nextTo: log.path).append(error, at: now)
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
            case .failure(let failure): onEvent(.failure(failure))
            case .database(let error): throw error
            }
        }
        if tail.counts.records > 0 { onEvent(.read(path: path, tail.counts)) }
        return tail.counts
    }
}
