import DeliveryLog
import Dispatch
import Storage

/// What comes of a file, in the order of its records.
enum ReadItem: Sendable {
    /// Records, with the header row of a CSV file before the first ones.
    case batch(RecordBatch, ReadPosition)
    /// A piece of a record that is too long to be held; the problem comes with its end.
    case piece([UInt8], RejectedRecord?)
    /// The end of the file, or of what can be read of it.
    case end(IngestError?)
}

/// How far a file was read, and what its records cannot be imported again without.
struct ReadPosition: Sendable {
    /// Bytes of the file, as it is stored.
    var read: Int64
    /// Nil for a pipe.
    var total: Int64?
    var header: [UInt8]?
}

/// Reads and parses a file on a thread of its own, while what it read before is stored.
struct RecordProducer: Sendable {
    let path: String
    /// Nil to tell by name and first character.
    let format: RecordFormat?
    let company: String?
    let key: CallbackKey?
    let routes: DimensionCache
    /// With the one that is being read these are the batches of the next transaction, so that the
    /// thread which reads need not stop while one is stored.
    let items = BoundedQueue<ReadItem>(capacity: 5)

    /// Records of a batch; the fewer they are, the more of all that are in memory can be those of
    /// one transaction.
    static let batchSize = 8_000

    init(path: String, for importer: Importer) {
        self.path = path
        format = importer.format
        company = importer.company
        key = importer.callbackKey
        routes = importer.log.knownRoutes
    }

    func start() {
        DispatchQueue.global().async {
            var run = ReadingRun(reading: self)
            do throws(IngestError) {
                try run.readAll()
                _ = items.give(.end(nil))
            } catch {
                _ = items.give(.end(error))
            }
        }
    }
}

/// The state of one reading, which belongs to its thread.
private struct ReadingRun {
    let reading: RecordProducer
    private var parser: any RecordParser = NDJSONParser()
    private var batch: RecordBatch
    private var isWanted = true

    init(reading: RecordProducer) {
        self.reading = reading
        batch = RecordBatch(size: RecordProducer.batchSize, key: reading.key)
    }

    /// Reads to the end; on damage, what came out whole before it is handed over all the same.
    mutating func readAll() throws(IngestError) {
        let file = try InputFile(path: reading.path)
        let reader = try open(file)
        do throws(IngestError) {
            while isWanted, let record = try reader.next() { try take(record, of: file) }
        } catch {
            flush(file)
            throw error
        }
        flush(file)
    }

    private mutating func open(_ file: InputFile) throws(IngestError) -> any RecordSource {
        let source = try text(of: PeekedBytes(file.contents()))
        let format = reading.format ?? RecordFormat(path: reading.path, start: source.start)
        parser = format.parser(company: reading.company)
        return format.reader(source)
    }

    /// The source as UTF-8.
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

    private mutating func take(_ record: RawRecord, of file: InputFile) throws(IngestError) {
        if record.mistake == .tooLong { return passOn(record, of: file) }
        batch.add(record, by: &parser)
        if let problem = batch.unusableHeader {
            batch.clear()
            throw .unusable(path: reading.path, problem)
        }
        if batch.isFull { flush(file) }
    }

    /// A record that is too long to hold goes piece by piece.
    private mutating func passOn(_ record: RawRecord, of file: InputFile) {
        flush(file)
        let problem = record.isEnd ? RejectedRecord(record, .tooLong) : nil
        give(.piece(Array(record.bytes), problem))
    }

    private mutating func flush(_ file: InputFile) {
        guard !batch.isEmpty else { return }
        batch.prepare(reading.routes)
        let position = ReadPosition(read: file.position, total: file.size, header: parser.header)
        give(.batch(batch, position))
        batch = RecordBatch(size: RecordProducer.batchSize, key: reading.key)
    }

    private mutating func give(_ item: ReadItem) {
        if isWanted { isWanted = reading.items.give(item) }
    }
}
