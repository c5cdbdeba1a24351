import DeliveryLog
import SQLite
import Storage

/// The records of one source file on their way into the log, a batch after the other.
struct TailSession {
    private let file: InputFile
    private let start: [UInt8]
    private let tail: FileTailer
    private let takesRest: Bool
    /// As the database has it.
    private var known: FileCheckpoint
    /// After the last record of the batch.
    private var position: FileCheckpoint.Position
    /// Of all content up to here, with a hole that comes after the last record.
    private var hash: ContentHash
    private var parser: any RecordParser
    private var batch: RecordBatch
    /// Hash of all content up to the end of the record on each line of the batch.
    private var places: [Int: ContentHash] = [:]
    /// The start of a record that is too long to be kept aside whole.
    private var longRecord: [UInt8] = []
    private(set) var counts = IngestCounts()

    init(
        of known: FileCheckpoint, start: [UInt8], in file: InputFile, tail: FileTailer,
        takesRest: Bool
    ) {
        self.known = known
        self.start = start
        self.file = file
        self.tail = tail
        self.takesRest = takesRest
        position = known.position
        hash = known.position.hash
        batch = RecordBatch(size: tail.reader.batchSize, key: tail.key)
        parser = RecordFormat.ndjson.parser()
    }

    /// Reads to the end; false when another run moved the position meanwhile.
    mutating func read(_ source: any ByteSource) throws(ReadingError) -> Bool {
        if let refusal = IngestError.refusal(of: start, in: tail.path) { throw .failure(refusal) }
        let format = format
        parser = continued(format) ?? format.parser()
        let records = RecordReader(
            source, format: format, at: position.place, header: position.header,
            takesRest: takesRest)
        do throws(ReadingError) {
            while let record = try reading({ () throws(IngestError) in try records.next() }) {
                try take(record, from: records)
                if batch.isFull, try !commit() { return false }
            }
        } catch {
            if case .failure(.damaged) = error, try !commit() { return false }
            throw error
        }
        return try commit()
    }

    private var format: RecordFormat {
        position.header == nil ? RecordFormat(path: tail.path, start: start) : .csv
    }

    private func continued(_ format: RecordFormat) -> (any RecordParser)? {
        // The header row was parsed when it was stored, so it can be parsed again.
        position.header.flatMap { try? CSVParser(header: $0) }
    }

    private mutating func take(
        _ record: RawRecord, from records: RecordReader
    ) throws(ReadingError) {
        hash.add(record.bytes)
        // A writer may have reserved the space and fill it later, so the position stays before a
        // hole until something comes behind it.
        if record.isHole { return }
        if record.mistake == .tooLong {
            longRecord += record.bytes.prefix(max(0, Self.longestKept - longRecord.count))
            guard record.isEnd else { return }
            batch.add(.tooLong, of: record, keeping: longRecord)
            longRecord = []
        } else {
            batch.add(record, by: &parser)
            if let problem = batch.unusableHeader {
                try replaceHeader(record, problem, in: records)
            }
        }
        places[record.line] = hash
        position.hash = hash
        position.place = records.place
        position.header = parser.header
    }

    /// Of a record that is too long, so much is kept aside.
    private static let longestKept = 64 * 1024

    /// A program that goes on after copy-truncate does not write its header row again.
    private mutating func replaceHeader(
        _ record: RawRecord, _ problem: RejectedRecord, in records: RecordReader
    ) throws(ReadingError) {
        batch.clear()
        let former = try storing { () throws(DatabaseError) in
            try tail.reader.store.header(at: tail.path)
        }
        guard let former, let continued = try? CSVParser(header: former) else {
            throw .failure(.unusable(path: tail.path, problem))
        }
        parser = continued
        records.use(header: former)
        batch.add(record, by: &parser)
    }

    /// Stores the batch and moves the position, or neither.
    private mutating func commit() throws(ReadingError) -> Bool {
        guard position != known.position else { return true }
        guard try isSameFile() else { return true }
        let (reader, batch) = (tail.reader, batch)
        let stored = try storing { () throws(DatabaseError) in
            try reader.log.write { (writer) throws(DatabaseError) in
                try store(batch, with: &writer)
            }
        }
        guard let stored else { return false }
        reader.log.database.yieldWriteLock(.short)
        counts += stored.counts
        for reject in stored.rejects {
            reader.onEvent(.problem(path: tail.path, reject.problem))
        }
        self.batch.clear()
        places.removeAll(keepingCapacity: true)
        known.position = position
        return true
    }

    private func store(
        _ batch: RecordBatch, with writer: inout AttemptWriter
    ) throws(DatabaseError) -> (counts: IngestCounts, rejects: [RecordBatch.Reject])? {
        let store = tail.reader.store
        var batches = [batch]
        let head = FileCheckpoint.Head(of: start)
        guard
            try store.move(
                known, to: position, head: head, modifiedAt: file.modifiedAt,
                now: tail.reader.now)
        else {
            return nil
        }
        let (read, rejects) = try RecordBatch.store(&batches, with: &writer)
        var new: [RecordBatch.Reject] = []
        for reject in rejects {
            let place = places[reject.problem.line] ?? position.hash
            let isNew = try store.keep(reject, from: tail.path, at: place, now: tail.reader.now)
            if isNew { new.append(reject) }
        }
        // Before the position moves on: a line may be kept twice, and never not at all.
        try RejectedLines(besides: tail.reader.log.database.path)
            .append(new, header: position.header)
        var counts = read
        counts.rejected = new.count
        return (counts, new)
    }

    /// Whether what was read came from the file that was looked at: copy-truncate may have
    /// emptied it since, and other lines stand there now.
    private func isSameFile() throws(ReadingError) -> Bool {
        if takesRest { return true }
        let now = try reading { () throws(IngestError) in
            try file.bytes(at: 0, count: start.count)
        }
        return now == start
    }
}
