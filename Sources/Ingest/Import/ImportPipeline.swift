import CivilTime
import DeliveryLog
import Dispatch
import Storage
import StorageErrors
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
