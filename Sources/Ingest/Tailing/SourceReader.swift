package import CivilTime
import DeliveryLog
package import SQLite
package import Storage

/// Reads what is new in the files that other programs append to.
///
/// The position of a file moves in the transaction that stores its records, and only from
/// where this run found it: whatever is killed, and however many runs there are, each line is
/// in the log once. A file is known by device and inode while its first bytes are the same,
/// and else by its content, so that a copy or a compressed file goes on where its original was.
package struct SourceReader {
    let log: AttemptLog
    let store: CheckpointStore
    let now: Instant
    let batchSize: Int
    let onEvent: (SourceEvent) -> Void
    /// When a run looked before this one; nil for the first.
    let lastRun: Instant?
    /// The files that this run has opened.
    let seen = SeenFiles()

    /// - Parameter batchSize: how many records are stored in one transaction, for which other
    ///   programs wait.
    package init(
        into log: AttemptLog, now: Instant, lastRun: Instant? = nil, batchSize: Int = 8000,
        onEvent: @escaping (SourceEvent) -> Void
    ) throws(DatabaseError) {
        self.log = log
        self.now = now
        self.lastRun = lastRun
        self.batchSize = batchSize
        self.onEvent = onEvent
        store = try CheckpointStore(log.database)
    }

    /// Reads every file that the patterns name, and what rotation made of them.
    @discardableResult
    package func readNew(_ patterns: [SourcePattern]) throws(DatabaseError) -> IngestCounts {
        let found = SourcePaths(patterns)
        for pattern in found.unmatched { onEvent(.failure(.noMatch(pattern: pattern))) }
        var total = IngestCounts()
        for path in found.paths { total += try read(path, key: found.key(of: path)) }
        total += try readRotatedAway(patterns)
        return total
    }

    /// Forgets files that were not seen for long; only by a clock that is right.
    package func forgetOld() throws(DatabaseError) {
        try store.forgetOld(now: now)
    }

    /// Reads one file to its present end.
    func read(_ path: String, key: CallbackKey?) throws(DatabaseError) -> IngestCounts {
        var tail = FileTailer(path: path, reader: self, key: key)
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
