package import CivilTime
import DeliveryLog
import Dispatch
package import Storage
package import StorageErrors
import Synchronization

/// Why reading a file ended early.
enum ReadingError: Error {
    /// This file failed. Other files are still read.
    case failure(IngestError)
    case database(StorageError)
}

/// Converts an ``IngestError`` to a reading error.
func reading<Result>(_ body: () throws(IngestError) -> Result) throws(ReadingError) -> Result {
    do { return try body() } catch { throw .failure(error) }
}

/// Converts a `StorageError` to a reading error.
func storing<Result>(_ body: () throws(StorageError) -> Result) throws(ReadingError) -> Result {
    do { return try body() } catch { throw .database(error) }
}

/// The import of one file.
struct ImportPipeline {
    private let importer: Importer
    private let path: String
    private var header: [UInt8]?
    /// The header row that precedes the rejects so far.
    private var shownHeader: [UInt8]?
    private(set) var counts = IngestCounts()
    /// The pointers of `only` at which no record has a value.
    private(set) var unmatched: [String] = []

    init(importer: Importer, path: String) {
        self.importer = importer
        self.path = path
    }

    /// Imports the whole file.
    mutating func readAll() throws(ReadingError) {
        let reading = RecordProducer(path: path, for: importer)
        defer { reading.items.close() }
        reading.start()
        var next: ReadItem?
        while true {
            switch next ?? reading.items.pop() {
            case .batch(let batch, let position):
                next = try store(batch, position, before: reading.items)
            case .piece(let bytes, let problem):
                forward(bytes, problem)
                next = nil
            case .unmatched(let pointers):
                unmatched = pointers
                next = nil
            case .end(let failure):
                if let failure { throw .failure(failure) }
                return
            }
        }
    }

    /// The maximum number of batches in one transaction. Larger transactions share the cost of
    /// index lookups and of writing the index and the counts.
    private static let batchesAtOnce = 6
    /// How long to wait for another batch, in milliseconds. Long enough to read the next batch of a
    /// file, and short enough that records from a pipe appear in the log soon.
    private static let timeout = 100

    /// Stores a batch, together with the following ones that arrive soon, in one transaction.
    ///
    /// The transaction starts only after all batches have arrived, because other processes cannot
    /// write during it.
    ///
    /// - Returns: An item that was taken from the queue and is not part of this transaction.
    private mutating func store(
        _ first: RecordBatch, _ position: ReadPosition, before items: BoundedQueue<ReadItem>
    ) throws(ReadingError) -> ReadItem? {
        var (batches, position, next) = ([first], position, ReadItem?.none)
        // The first batch is stored at once, while the next ones are read.
        while counts.records > 0, batches.count < Self.batchesAtOnce {
            next = items.pop(within: Self.timeout)
            guard case .batch(let batch, let end) = next, end.header == position.header else {
                break
            }
            batches.append(batch)
            (position, next) = (end, nil)
        }
        let (new, rejects, companies, ahead) = try storing { () throws(StorageError) in
            try importer.log.writeInBulk(clock: importer.now) { (writer) throws(StorageError) in
                let result = try RecordBatch.store(&batches, with: &writer)
                return (result.counts, result.rejects, writer.companies, writer.ahead)
            }
        }
        importer.tally.add(companies, ahead)
        header = position.header
        counts += new
        for reject in rejects { report(reject) }
        importer.onProgress(
            Importer.Progress(
                path: path, read: position.read, total: position.total, counts: counts))
        return next
    }

    /// Forwards a piece of a record that is too long. The last piece comes with the problem.
    private mutating func forward(_ bytes: [UInt8], _ problem: RejectedRecord?) {
        showHeader()
        bytes.withBytes(importer.onReject)
        guard let problem else { return }
        if bytes.last != UInt8(ascii: "\n") { endLine() }
        counts.rejected += 1
        importer.onProblem(path, problem)
    }

    private mutating func report(_ reject: RecordBatch.Reject) {
        // The problem of a response without records.
        guard !reject.bytes.isEmpty else { return importer.onProblem(path, reject.problem) }
        showHeader()
        Array(reject.bytes).withBytes(importer.onReject)
        if reject.bytes.last != UInt8(ascii: "\n") { endLine() }
        importer.onProblem(path, reject.problem)
    }

    private func endLine() {
        [UInt8(ascii: "\n")].withBytes(importer.onReject)
    }

    /// Writes the header row before the first reject with that row, so that the rejects can be
    /// imported.
    private mutating func showHeader() {
        guard let header, shownHeader != header else { return }
        shownHeader = header
        header.withBytes(importer.onReject)
    }
}

/// Passes items from one thread to another in order, and limits how many are waiting.
final class BoundedQueue<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let available = DispatchSemaphore(value: 0)
    private let room = DispatchSemaphore(value: 0)

    /// - Parameter capacity: The maximum number of waiting items.
    init(capacity: Int) {
        // libdispatch traps if a semaphore is released with a lower value than its initial one.
        for _ in 0..<capacity { room.signal() }
    }

    /// Adds an item, once there is room. Returns false if the queue is closed.
    func push(_ item: Item) -> Bool {
        room.wait()
        let isWanted = state.withLock { state in
            if !state.isClosed { state.items.append(item) }
            return !state.isClosed
        }
        if isWanted { available.signal() } else { room.signal() }
        return isWanted
    }

    /// Removes and returns the next item. Waits for one if necessary.
    func pop() -> Item {
        available.wait()
        return removeFirst()
    }

    /// Removes and returns the next item, or returns `nil` if none arrives in time.
    func pop(within milliseconds: Int) -> Item? {
        available.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
            ? removeFirst() : nil
    }

    /// Closes the queue, and wakes up a waiting producer.
    func close() {
        state.withLock { $0.isClosed = true }
        room.signal()
    }

    private func removeFirst() -> Item {
        defer { room.signal() }
        return state.withLock { $0.items.removeFirst() }
    }
}

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
