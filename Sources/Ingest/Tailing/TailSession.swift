import CivilTime
import DeliveryLog
import Storage
import StorageErrors
import TextSupport

/// Stores the new records of one source file, batch by batch.
struct TailSession {
    /// What the end of the content means.
    enum Content: Equatable {
        /// A program may still append to the file.
        case growing
        /// A program may still append to the file, but it has not changed for some time. A quoted CSV
        /// cell that is not closed therefore stays open.
        case paused
        /// The file has had this size for some time, so that its last line needs no line end.
        case finished(size: Int64)
        case compressed
    }

    private let file: InputFile
    private let start: [UInt8]
    private let tail: FileTailer
    private let content: Content
    /// The state in the database.
    private var known: FileCheckpoint
    /// The position after the last record of the batch.
    private var position: FileCheckpoint.Position
    /// The hash of all content so far, including a hole after the last record.
    private var hash: ContentHash
    private var parser: any RecordParser
    private var batch: RecordBatch
    /// The hash of all content up to the end of the record that starts on each line of the batch.
    private var places: [Int: ContentHash] = [:]
    /// The start of a record that is too long to be saved completely.
    private var longRecord: [UInt8] = []
    private(set) var counts = IngestCounts()

    init(
        of known: FileCheckpoint, start: [UInt8], in file: InputFile, tail: FileTailer,
        _ content: Content
    ) {
        self.known = known
        self.start = start
        self.file = file
        self.tail = tail
        self.content = content
        position = known.position
        hash = known.position.hash
        batch = RecordBatch(size: tail.reader.batchSize, key: tail.key)
        parser = RecordFormat.ndjson.parser()
    }

    /// Reads to the end. Returns false if another run moved the position in the meantime.
    mutating func read(_ source: any ByteSource) throws(ReadingError) -> Bool {
        if let refusal = IngestError.refusal(of: start, in: tail.path) { throw .failure(refusal) }
        let format = format
        if case .csv = format, position.header == nil,
            let refusal = IngestError.refusal(ofCSV: start, in: tail.path)
        {
            throw .failure(refusal)
        }
        parser = continued(format) ?? format.parser()
        let records = RecordReader(
            source, format: format, at: position.place, header: position.header,
            acceptsUnterminated: content != .growing && content != .paused,
            closesQuotes: content == .paused)
        do throws(ReadingError) {
            while let record = try reading({ () throws(IngestError) in try records.next() }) {
                guard try take(record, from: records) else { return false }
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
        // The header row was valid when it was stored, so parsing it succeeds.
        position.header.flatMap { try? CSVParser(header: $0) }
    }

    /// Adds a record to the batch. Returns false if another run moved the position in the meantime.
    private mutating func take(
        _ record: RawRecord, from records: RecordReader
    ) throws(ReadingError) -> Bool {
        hash.add(record.bytes)
        // A writer may have reserved the space to fill it later. The position therefore stays
        // before a hole until data follows it.
        if record.isHole { return true }
        if record.error == .tooLong {
            longRecord += record.bytes.prefix(max(0, Self.longestKept - longRecord.count))
            guard record.isEnd else { return true }
            batch.add(.tooLongToSave, of: record, keeping: longRecord)
            longRecord = []
        } else {
            batch.add(record, by: &parser)
            if let problem = batch.unusableHeader {
                try replaceHeader(record, problem, in: records)
            }
            if let old = position.header, let header = parser.header, header != old {
                // The records before this header row are saved with theirs if they are rejected.
                guard try commit() else { return false }
                records.use(header: header)
            }
        }
        places[record.line] = hash
        position.hash = hash
        position.place = records.place
        position.header = parser.header
        return true
    }

    /// The number of bytes that are saved of a record that is too long. It may have gigabytes.
    static let longestKept = 64 * 1024

    /// Uses the header row of the earlier file. After copytruncate, a program does not write it
    /// again.
    private mutating func replaceHeader(
        _ record: RawRecord, _ problem: RejectedRecord, in records: RecordReader
    ) throws(ReadingError) {
        batch.clear()
        let former = try storing { () throws(StorageError) in
            try tail.reader.store.header(at: tail.path)
        }
        guard let former, let continued = try? CSVParser(header: former) else {
            throw .failure(.unusable(path: tail.path, problem))
        }
        parser = continued
        records.use(header: former)
        batch.add(record, by: &parser)
    }

    /// Stores the batch and moves the position, or does neither.
    private mutating func commit() throws(ReadingError) -> Bool {
        guard position != known.position else { return true }
        let lastBytes = try lastBytes()
        guard try isSameFile() else { return true }
        let (reader, batch) = (tail.reader, batch)
        let stored = try storing { () throws(StorageError) in
            try reader.log.writeInBulk(clock: reader.now) { (writer) throws(StorageError) in
                try store(batch, before: lastBytes, with: &writer)
            }
        }
        guard let stored else { return false }
        counts += stored.counts
        reader.tally.add(stored.companies, stored.ahead)
        for reject in stored.rejects {
            reader.onEvent(.problem(path: tail.path, reject.problem))
        }
        self.batch.clear()
        places.removeAll(keepingCapacity: true)
        known.position = position
        return true
    }

    /// The result of one transaction.
    private struct Stored {
        let counts: IngestCounts
        let rejects: [RecordBatch.Reject]
        let companies: [String: Int]
        let ahead: AheadAttempts
    }

    /// Returns the bytes just before the position. Those of compressed content have to be read again.
    private func lastBytes() throws(ReadingError) -> FileCheckpoint.Tail? {
        guard content != .compressed else { return nil }
        return try reading { () throws(IngestError) in
            FileCheckpoint.Tail(of: try file.lastBytes(before: position.offset))
        }
    }

    private func store(
        _ batch: RecordBatch, before lastBytes: FileCheckpoint.Tail?,
        with writer: inout AttemptWriter
    ) throws(StorageError) -> Stored? {
        let store = tail.reader.store
        var batches = [batch]
        let head = FileCheckpoint.Head(of: start)
        guard
            try store.move(
                known, to: position, head: head, tail: lastBytes, modifiedAt: file.modifiedAt,
                now: tail.reader.now)
        else {
            return nil
        }
        let (read, rejects) = try RecordBatch.store(&batches, with: &writer)
        var new: [RecordBatch.Reject] = []
        for reject in rejects {
            let place = places[reject.problem.line] ?? position.hash
            let line = RejectedLine(
                path: tail.path, line: reject.problem.line, reason: "\(reject.problem.error)",
                record: Array(reject.bytes))
            if try store.keep(line, at: place, now: tail.reader.now) { new.append(reject) }
        }
        // Saved before the position moves, so that no line is lost.
        try RejectedLines(nextTo: tail.reader.log.path)
            .append(new, header: position.header, noting: store)
        var counts = read
        counts.rejected = new.count
        return Stored(
            counts: counts, rejects: new, companies: writer.companies, ahead: writer.ahead)
    }

    /// Returns whether the records came from the inspected file. copytruncate may have emptied it
    /// since, so that it contains other lines now, or a program may have continued its last line.
    private func isSameFile() throws(ReadingError) -> Bool {
        if content == .compressed { return true }
        let (now, size) = try reading { () throws(IngestError) in
            (try file.bytes(at: 0, count: start.count), try file.presentSize)
        }
        if case .finished(let end) = content, end != size || end != position.offset { return false }
        return now == start
    }
}

/// The files next to the database that contain the rejected lines of sources.
///
/// The lines are unchanged, so that they can be corrected and imported, except that only the start of
/// a line of more than 1 MiB is saved. CSV rows with the same header row share a file, which starts
/// with that row.
package struct RejectedLines {
    private let database: String

    /// - Parameter database: The path of the database.
    package init(nextTo database: String) {
        self.database = database
    }

    /// The existing files.
    package var paths: [String] {
        let folder = Directory(of: database)
        let prefix = database.dropFirst(folder.path.count) + "-rejected"
        return (folder.names ?? []).filter { $0.hasPrefix(prefix) }.sorted()
            .map { folder.path + $0 }
    }

    /// Returns the number of lines in the files, without header rows.
    package func count() -> Int {
        paths.reduce(0) { $0 + max(0, file(at: $1).count - ($1.hasSuffix(".csv") ? 1 : 0)) }
    }

    /// The files that this user cannot read.
    package var unreadable: [String] { paths.filter { file(at: $0).isUnreadable } }

    private func file(at path: String) -> SavedLines {
        SavedLines(path: path, database: database, contents: "rejected lines")
    }

    /// Appends lines. They are on disk when this returns. Call it in the transaction that rejects
    /// them.
    ///
    /// - Parameters:
    ///   - rejects: The rejected lines.
    ///   - header: The CSV header row with its line end, or `nil` for NDJSON.
    ///   - store: Records the size of the file.
    func append(
        _ rejects: [RecordBatch.Reject], header: [UInt8]?, noting store: CheckpointStore
    ) throws(StorageError) {
        guard !rejects.isEmpty else { return }
        var bytes: [UInt8] = []
        for reject in rejects {
            bytes += reject.bytes
            if reject.bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
        }
        let file = file(at: path(for: header))
        let size = try file.append(
            bytes, after: header ?? [], from: try store.savedSize(of: file.path))
        try store.noteSaved(size, at: file.path)
    }

    private func path(for header: [UInt8]?) -> String {
        guard let header else { return database + "-rejected.ndjson" }
        let hash = String(ContentHash(of: header).value, radix: 16)
        return database + "-rejected-\(hash).csv"
    }
}

/// The file next to the database that lists the ends of sources that were lost, one per line: the
/// rest of a deleted file, or what follows damage.
///
/// A run reports such an end once. The file remains until the operator removes it.
package struct UnreadEnds {
    private let lines: SavedLines

    /// - Parameter database: The path of the database.
    package init(nextTo database: String) {
        lines = SavedLines(
            path: database + "-unread.txt", database: database, contents: "a message")
    }

    package var path: String { lines.path }

    /// Whether the file exists but this user cannot read it.
    package var isUnreadable: Bool { lines.isUnreadable }

    /// The number of lost ends.
    package var count: Int { lines.count }

    func append(_ error: IngestError, at now: Instant) throws(StorageError) {
        try lines.append(Array("\(now.rfc3339) \(Self.line("\(error)"))\n".utf8))
    }

    /// Removes the messages that start with these words, because the ends were read after all.
    func remove(_ starts: [String]) throws(StorageError) {
        let starts = starts.map(Self.line)
        try lines.remove { line in
            let message = line.drop { $0 != " " }.dropFirst()
            return starts.contains(where: message.hasPrefix)
        }
    }

    /// Returns a message without line ends and other control characters.
    private static func line(_ message: String) -> String {
        message.unicodeScalars.map { scalar in
            scalar.isControl ? scalar.escaped(asASCII: true) : String(scalar)
        }.joined()
    }
}
