package import CivilTime
package import DeliveryLog
package import SQLite

/// Reads what is new in the files that other programs append to.
///
/// The position of a file moves in the transaction that stores its records, and only from
/// where this run found it: whatever is killed, and however many runs there are, each line is
/// in the log once. A file is known by device and inode while its first bytes are the same,
/// and else by its content, so that a copy or a compressed file goes on where its original was.
package struct SourceReader {
    let log: DeliveryLog
    let store: SourceStore
    let now: Instant
    let batchSize: Int
    let onEvent: (SourceEvent) -> Void

    /// - Parameter batchSize: how many records are stored in one transaction, for which other
    ///   programs wait.
    package init(
        into log: DeliveryLog, now: Instant, batchSize: Int = 8000,
        onEvent: @escaping (SourceEvent) -> Void
    ) throws(DatabaseError) {
        self.log = log
        self.now = now
        self.batchSize = batchSize
        self.onEvent = onEvent
        store = try SourceStore(log.database)
    }

    /// Reads every file that the patterns name, and what rotation made of them.
    ///
    /// - Parameter keys: by pattern, what tells callbacks apart where that is not their id alone.
    @discardableResult
    package func readNew(
        _ patterns: [String], keys: [String: CallbackKey] = [:]
    ) throws(DatabaseError) -> IngestCounts {
        let found = SourcePaths(patterns)
        for pattern in found.unmatched { onEvent(.failure(.noMatch(pattern: pattern))) }
        var total = IngestCounts()
        for path in found.paths {
            total += try read(path, key: found.patterns[path].flatMap { keys[$0] })
        }
        try store.forgetOld(now: now)
        return total
    }

    /// Reads one file to its present end.
    private func read(
        _ path: String, key: CallbackKey?
    ) throws(DatabaseError) -> IngestCounts {
        var tail = FileTail(path: path, reader: self, key: key)
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
