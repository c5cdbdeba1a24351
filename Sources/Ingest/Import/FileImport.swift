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
    private var parser: any RecordParser = NDJSONParser()
    private var batch = RecordBatch(size: Self.batchSize)
    private var hasShownHeader = false
    private(set) var counts = IngestCounts()

    /// Large enough that what a transaction costs is shared by many, small enough that it is held
    /// in little memory.
    private static let batchSize = 32_000

    init(importer: Importer, path: String) {
        self.importer = importer
        self.path = path
    }

    /// Reads to the end; on damage, what came out whole before it is taken all the same.
    mutating func readAll() throws(ReadingError) {
        let file = try reading { () throws(IngestError) in try InputFile(path: path) }
        let reader = try open(file)
        do throws(ReadingError) {
            while let record = try reading({ () throws(IngestError) in try reader.next() }) {
                try take(record, of: file)
            }
        } catch {
            if case .failure = error { try flush(file) }
            throw error
        }
        try flush(file)
    }

    private mutating func open(_ file: InputFile) throws(ReadingError) -> any RecordSource {
        let source = try reading { () throws(IngestError) in try PeekedBytes(file.contents()) }
        let format = importer.format ?? RecordFormat(path: path, start: source.start)
        parser = format.parser(company: importer.company)
        return format.reader(source)
    }

    private mutating func take(_ record: RawRecord, of file: InputFile) throws(ReadingError) {
        if record.mistake == .tooLong { return try passOn(record, of: file) }
        batch.add(record, by: &parser)
        if let problem = batch.unusableHeader {
            batch.clear()
            throw .failure(.unusable(path: path, problem))
        }
        if batch.isFull { try flush(file) }
    }

    /// A record that is too long to hold goes to the rejects piece by piece.
    private mutating func passOn(_ record: RawRecord, of file: InputFile) throws(ReadingError) {
        try flush(file)
        showHeader()
        importer.onReject(record.bytes)
        guard record.isEnd else { return }
        if record.bytes.last != UInt8(ascii: "\n") { endLine() }
        counts.rejected += 1
        importer.onProblem(path, RecordProblem(record, .tooLong))
    }

    private mutating func flush(_ file: InputFile) throws(ReadingError) {
        guard !batch.isEmpty else { return }
        let stored = try storing { () throws(DatabaseError) in
            try importer.log.write { (writer) throws(DatabaseError) in
                try batch.store(with: &writer)
            }
        }
        batch.clear()
        counts += stored.counts
        for reject in stored.rejects { pass(reject) }
        importer.onProgress(
            Importer.Progress(
                path: path, read: file.position, total: file.size, counts: counts))
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
        guard !hasShownHeader, let header = parser.header else { return }
        hasShownHeader = true
        header.withBytes(importer.onReject)
    }
}
