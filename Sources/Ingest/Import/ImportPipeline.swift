import DeliveryLog
import SQLite
import Storage

/// What ends the reading of one file early.
enum ReadingError: Error {
    /// It is this file's fault: the others go on.
    case failure(IngestError)
    case database(DatabaseError)
}

/// Passes errors of one type on as reading errors.
func reading<Result>(_ body: () throws(IngestError) -> Result) throws(ReadingError) -> Result {
    do { return try body() } catch { throw .failure(error) }
}

/// Passes errors of one type on as reading errors.
func storing<Result>(_ body: () throws(DatabaseError) -> Result) throws(ReadingError) -> Result {
    do { return try body() } catch { throw .database(error) }
}

/// One file on its way into the log.
struct ImportPipeline {
    private let importer: Importer
    private let path: String
    private var header: [UInt8]?
    private var hasShownHeader = false
    private(set) var counts = IngestCounts()

    init(importer: Importer, path: String) {
        self.importer = importer
        self.path = path
    }

    /// Stores what comes of the file, to its end.
    mutating func readAll() throws(ReadingError) {
        let reading = RecordProducer(path: path, for: importer)
        defer { reading.items.close() }
        reading.start()
        var next: ReadItem?
        while true {
            switch next ?? reading.items.take() {
            case .batch(let batch, let position):
                next = try store(batch, position, before: reading.items)
            case .piece(let bytes, let problem):
                passOn(bytes, problem)
                next = nil
            case .end(let failure):
                if let failure { throw .failure(failure) }
                return
            }
        }
    }

    /// So many batches are stored in one transaction where they are read fast enough: what it
    /// costs to look into the index, and to write it and the counts, is shared by more.
    private static let batchesAtOnce = 6
    /// So long it waits for more, in milliseconds: long enough to read a file's next batch, and
    /// too short for anybody who waits for what a pipe gave to see it in the log.
    private static let timeout = 100

    /// Stores a batch, and those after it that come soon, in one transaction.
    ///
    /// It is not begun before all of them are there: while it lasts no other program can write.
    /// - Returns: what was taken and is no batch of this transaction.
    private mutating func store(
        _ first: RecordBatch, _ position: ReadPosition, before items: BoundedQueue<ReadItem>
    ) throws(ReadingError) -> ReadItem? {
        var (batches, position, next) = ([first], position, ReadItem?.none)
        // The first one is stored while the next ones are read.
        while counts.records > 0, batches.count < Self.batchesAtOnce {
            next = items.take(within: Self.timeout)
            guard case .batch(let batch, let end) = next else { break }
            batches.append(batch)
            (position, next) = (end, nil)
        }
        let stored = try storing { () throws(DatabaseError) in
            try importer.log.write { (writer) throws(DatabaseError) in
                try RecordBatch.store(&batches, with: &writer)
            }
        }
        importer.log.database.yieldWriteLock(.short)
        header = position.header
        counts += stored.counts
        for reject in stored.rejects { pass(reject) }
        importer.onProgress(
            Importer.Progress(
                path: path, read: position.read, total: position.total, counts: counts))
        return next
    }

    /// Passes a piece of a record on that is too long, and with its end what is wrong with it.
    private mutating func passOn(_ bytes: [UInt8], _ problem: RejectedRecord?) {
        showHeader()
        bytes.withBytes(importer.onReject)
        guard let problem else { return }
        if bytes.last != UInt8(ascii: "\n") { endLine() }
        counts.rejected += 1
        importer.onProblem(path, problem)
    }

    private mutating func pass(_ reject: RecordBatch.Reject) {
        showHeader()
        Array(reject.bytes).withBytes(importer.onReject)
        if reject.bytes.last != UInt8(ascii: "\n") { endLine() }
        importer.onProblem(path, reject.problem)
    }

    private func endLine() {
        [UInt8(ascii: "\n")].withBytes(importer.onReject)
    }

    /// Before the first reject of a CSV file, so that the rejects can be imported again.
    private mutating func showHeader() {
        guard !hasShownHeader, let header else { return }
        hasShownHeader = true
        header.withBytes(importer.onReject)
    }
}
