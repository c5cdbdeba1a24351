package import CivilTime
import DeliveryLog
import Dispatch
package import Storage
package import StorageErrors
import Synchronization

/// Imports whole files into the log.
///
/// ```swift
/// var importer = Importer(into: log)
/// importer.format = .csv
/// importer.onProblem = { path, record in print("\(path): \(record)") }
/// let result = try importer.read(["attempts.csv"])
/// print(result.counts)
/// ```
///
/// - Importing a file twice is safe: duplicates change nothing.
/// - Records are stored in batches, one transaction each, unless ``isStrict`` is set.
package struct Importer {
    /// The progress of an import.
    package struct Progress: Hashable, Sendable {
        package var path: String
        /// The number of bytes read, before decompression.
        package var read: Int64
        /// The size of the file, or `nil` for a pipe.
        package var total: Int64?
        /// The counts for this file.
        package var counts: IngestCounts
    }

    /// The result of an import.
    package struct Result: Hashable, Sendable {
        package var counts = IngestCounts()
        /// The files that could not be read completely.
        package var failures: [IngestError] = []
        /// The pointers of `only` at which no record of a file has a value, by file.
        package var unmatched: [String: [String]] = [:]
        /// False if a strict import was rolled back.
        package var isKept = true
    }

    let log: AttemptLog
    /// The format, or `nil` to detect it from the name and the first character.
    package var format: RecordFormat?
    /// The company of all records in a mapped format, or `nil` if records contain it.
    package var company: String?
    /// The fields that identify a callback, or `nil` for `callback_id` alone.
    package var callbackKey: CallbackKey?
    /// Whether to import all files in one transaction or nothing. Other writers wait for it.
    package var isStrict = false
    /// Called for each rejected record, after the records around it were stored.
    package var onProblem: (_ path: String, RejectedRecord) -> Void = { _, _ in }
    /// Receives the unchanged bytes of rejected records, each with a line end, and the CSV header
    /// row.
    package var onReject: (UnsafeRawBufferPointer) -> Void = { _ in }
    package var onProgress: (Progress) -> Void = { _ in }
    /// The current time, or `nil` not to look for records that are ahead of it.
    package var now: Instant?
    /// The valid records, which it counts while it imports.
    package let tally = ImportTally()

    package init(into log: AttemptLog) {
        self.log = log
    }

    /// Imports all valid records of the files. `-` is standard input.
    ///
    /// A file that cannot be read does not stop the others. A database error stops the import, and
    /// what was stored before remains.
    ///
    /// - Parameter paths: The files, in order.
    /// - Returns: The counts, and the files that could not be read.
    /// - Throws: A `StorageError` if the log cannot be written.
    package func read(_ paths: [String]) throws(StorageError) -> Result {
        Memory.reuseFreedMemory()
        try log.prepareForBulkImport()
        guard isStrict else { return try readAll(paths) }
        return try log.allOrNothing { () throws(StorageError) in
            var result = try readAll(paths)
            result.isKept = result.failures.isEmpty && result.counts.rejected == 0
            return (result, result.isKept)
        }
    }

    private func readAll(_ paths: [String]) throws(StorageError) -> Result {
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
            if !run.unmatched.isEmpty { result.unmatched[path] = run.unmatched }
        }
        return result
    }
}
