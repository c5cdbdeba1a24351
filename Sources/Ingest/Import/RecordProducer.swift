import DeliveryLog
import Dispatch
import Storage

/// An item that a producer reads from a file, in the order of its records.
enum ReadItem: Sendable {
    /// A batch of records, and the position after it.
    case batch(RecordBatch, ReadPosition)
    /// A piece of a record that is too long to hold in memory. The last piece has the problem.
    case piece([UInt8], RejectedRecord?)
    /// The pointers of `only` at which no record of the file has a value.
    case unmatched([String])
    /// The end of the file, or of its readable part.
    case end(IngestError?)
}

/// How far a file was read, with the header row that its rejects need.
struct ReadPosition: Sendable {
    /// The number of bytes read, before decompression.
    var read: Int64
    /// The size of the file, or `nil` for a pipe.
    var total: Int64?
    var header: [UInt8]?
}

/// Reads and parses a file on its own thread, while earlier batches are stored.
struct RecordProducer: Sendable {
    let path: String
    /// The format, or `nil` to detect it from the name and the first character.
    let format: RecordFormat?
    let company: String?
    let key: CallbackKey?
    let dimensions: DimensionCache
    /// The queue, with capacity for the batches of the next transaction minus the one being read,
    /// so that the reading thread need not stop while one is stored.
    let items = BoundedQueue<ReadItem>(capacity: 5)

    /// The number of records per batch. With smaller batches, a larger part of the records in
    /// memory can belong to one transaction.
    static let batchSize = 8_000

    init(path: String, for importer: Importer) {
        self.path = path
        format = importer.format
        company = importer.company
        key = importer.callbackKey
        dimensions = importer.log.knownRoutes
    }

    func start() {
        DispatchQueue.global().async {
            var run = ReadingRun(reading: self)
            do throws(IngestError) {
                try run.readAll()
                _ = items.push(.end(nil))
            } catch {
                _ = items.push(.end(error))
            }
        }
    }
}

/// The state of the reading thread.
private struct ReadingRun {
    let reading: RecordProducer
    private var parser: any RecordParser = NDJSONParser()
    private var batch: RecordBatch
    private var reader: (any RecordSource)?
    private var isWanted = true

    init(reading: RecordProducer) {
        self.reading = reading
        batch = RecordBatch(size: RecordProducer.batchSize, key: reading.key)
    }

    /// Reads to the end. On damage, the records before it are still delivered.
    mutating func readAll() throws(IngestError) {
        let file = try InputFile(path: reading.path)
        let reader = try open(file)
        self.reader = reader
        do throws(IngestError) {
            while isWanted, let record = try reader.next() { try add(record, of: file) }
        } catch {
            flush(file)
            throw error
        }
        flush(file)
        let unmatched = parser.unmatched
        if !unmatched.isEmpty { push(.unmatched(unmatched)) }
    }

    private mutating func open(_ file: InputFile) throws(IngestError) -> any RecordSource {
        let source = try text(of: PeekedBytes(file.contents()))
        let format = reading.format ?? RecordFormat(path: reading.path, start: source.start)
        if case .csv = format,
            let refusal = IngestError.refusal(ofCSV: source.start, in: reading.path)
        {
            throw refusal
        }
        parser = format.parser(company: reading.company)
        return format.reader(source)
    }

    /// Converts the source to UTF-8, if necessary.
    private func text(of source: PeekedBytes) throws(IngestError) -> PeekedBytes {
        switch TextEncoding(start: source.start) {
        case .utf16LittleEndian: return try PeekedBytes(UTF16Bytes(source, isLittleEndian: true))
        case .utf16BigEndian: return try PeekedBytes(UTF16Bytes(source, isLittleEndian: false))
        case .utf32, nil:
            if let refusal = IngestError.refusal(of: source.start, in: reading.path) {
                throw refusal
            }
            return source
        }
    }

    private mutating func add(_ record: RawRecord, of file: InputFile) throws(IngestError) {
        if record.error == .tooLong { return forward(record, of: file) }
        let (header, count) = (parser.header, batch.count)
        batch.add(record, by: &parser)
        if let header, batch.count == count, parser.header != header {
            useHeader(after: header, file)
        }
        if let problem = batch.unusableHeader {
            batch.clear()
            throw .unusable(path: reading.path, problem)
        }
        if batch.isFull { flush(file) }
    }

    /// Forwards a piece of a record that is too long to hold in memory.
    private mutating func forward(_ record: RawRecord, of file: InputFile) {
        flush(file)
        let problem = record.isEnd ? RejectedRecord(record, .tooLong) : nil
        push(.piece(Array(record.bytes), problem))
    }

    /// Splits the rows after a header row within the file by that row.
    private mutating func useHeader(after old: [UInt8], _ file: InputFile) {
        flush(file, header: old)
        if let header = parser.header { (reader as? RecordReader)?.use(header: header) }
    }

    private mutating func flush(_ file: InputFile) {
        flush(file, header: parser.header)
    }

    /// - Parameter header: The header row of the batch, with which its rejects are saved.
    private mutating func flush(_ file: InputFile, header: [UInt8]?) {
        guard !batch.isEmpty else { return }
        batch.prepare(reading.dimensions)
        let position = ReadPosition(read: file.position, total: file.size, header: header)
        push(.batch(batch, position))
        batch = RecordBatch(size: RecordProducer.batchSize, key: reading.key)
    }

    private mutating func push(_ item: ReadItem) {
        if isWanted { isWanted = reading.items.push(item) }
    }
}
