import DeliveryLog
package import SQLite
package import Storage

/// Reads whole files into the log.
package struct Importer {
    /// How far an import is.
    package struct Progress: Hashable, Sendable {
        package var path: String
        /// Bytes of the file read, as it is stored.
        package var read: Int64
        /// Nil for a pipe.
        package var total: Int64?
        /// Of this file.
        package var counts: IngestCounts
    }

    /// What an import did.
    package struct Result: Hashable, Sendable {
        package var counts = IngestCounts()
        /// Files that could not be read, or not to their end.
        package var failures: [IngestError] = []
        /// False where it was to be all or nothing, and is nothing.
        package var isKept = true
    }

    let log: AttemptLog
    /// Nil to tell by name and first character.
    package var format: RecordFormat?
    /// Whose all records of a foreign format are; nil where they name their company.
    package var company: String?
    /// What tells callbacks apart; nil for their id alone.
    package var callbackKey: CallbackKey?
    /// All files or nothing, in one transaction, for which other writers wait.
    package var isStrict = false
    /// Told of each record that was not taken, after the others around it were stored.
    package var onProblem: (_ path: String, RejectedRecord) -> Void = { _, _ in }
    /// Gets the bytes of those records unchanged, each with a line end, and CSV's header row.
    package var onReject: (UnsafeRawBufferPointer) -> Void = { _ in }
    package var onProgress: (Progress) -> Void = { _ in }

    /// Of the pages, only what one transaction changes is used again, so that fewer than usual do:
    /// the batches need the memory.
    private static let pageKilobytes = 9 * 1024
    /// Four times as many as usual: what several transactions change is copied to the file once.
    private static let checkpointPages = 4 * Database.checkpointPages

    package init(into log: AttemptLog) {
        self.log = log
    }

    /// Takes every good record of the files; `-` is standard input.
    ///
    /// Importing a file again is always safe. A file that cannot be read stops none of the
    /// others; an error of the database stops all, and what was stored before stays.
    package func read(_ paths: [String]) throws(DatabaseError) -> Result {
        Memory.keepWhatIsFreed()
        try log.database.keepPages(upTo: Self.pageKilobytes)
        try log.database.checkpoint(every: Self.checkpointPages)
        guard isStrict else { return try readAll(paths) }
        try log.database.begin()
        do {
            var result = try readAll(paths)
            result.isKept = result.failures.isEmpty && result.counts.rejected == 0
            if result.isKept { try log.database.commit() } else { log.database.rollBack() }
            return result
        } catch {
            log.database.rollBack()
            throw error
        }
    }

    private func readAll(_ paths: [String]) throws(DatabaseError) -> Result {
        var result = Result()
        for path in paths {
            var run = ImportPipeline(importer: self, path: path)
            do {
                try run.readAll()
            } catch {
                switch error {
                case .failure(let failure): result.failures.append(failure)
                case .database(let error): throw error
                }
            }
            result.counts += run.counts
        }
        return result
    }
}
