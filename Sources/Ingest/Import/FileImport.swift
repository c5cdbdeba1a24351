import DeliveryLog
import SQLite

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
struct FileImport {
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
        let reading = FileReading(path: path, format: importer.format, company: importer.company)
        defer { reading.items.close() }
        reading.start()
        var next = reading.items.take()
        while let item = next {
            next = nil
            switch item {
            case .batch(let batch, let position):
                next = try store(batch, position, before: reading.items)
            case .piece(let bytes, let problem): passOn(bytes, problem)
            case .end(let failure):
                if let failure { throw .failure(failure) }
                return
            }
            next = next ?? reading.items.take()
        }
    }

    /// So many records are stored in one transaction where they are read fast enough: what it
    /// costs to write the counts and the index is shared by more.
    private static let transactionSize = 48_000

    /// Stores a batch, and those after it that are there already, in one transaction.
    ///
    /// It does not wait for more: while it lasts no other program can write.
    /// - Returns: what was taken and is no batch of this transaction.
    private mutating func store(
        _ first: RecordBatch, _ position: ReadPosition, before items: Handover<ReadItem>
    ) throws(ReadingError) -> ReadItem? {
        var (position, next) = (position, ReadItem?.none)
        var (counts, rejects) = (IngestCounts(), [RecordBatch.Reject]())
        try storing { () throws(DatabaseError) in
            try importer.log.write { (writer) throws(DatabaseError) in
                var batch = first
                while true {
                    let stored = try batch.store(with: &writer)
                    counts += stored.counts
                    rejects += stored.rejects
                    guard counts.records < Self.transactionSize else { return }
                    next = items.takeIfThere()
                    guard case .batch(let following, let end) = next else { return }
                    (batch, position, next) = (following, end, nil)
                }
            }
        }
        importer.log.database.letOthersWrite(.short)
        header = position.header
        self.counts += counts
        for reject in rejects { pass(reject) }
        importer.onProgress(
            Importer.Progress(
                path: path, read: position.read, total: position.total, counts: self.counts))
        return next
    }

    /// Passes a piece of a record on that is too long, and with its end what is wrong with it.
    private mutating func passOn(_ bytes: [UInt8], _ problem: RecordProblem?) {
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
