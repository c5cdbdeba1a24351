import DeliveryLog
import SQLite

/// Records that are stored together, with their bytes for the case that they are refused.
struct RecordBatch {
    /// A record that is not taken.
    struct Reject {
        var problem: RecordProblem
        /// Unchanged, with its line end where it had one.
        var bytes: ArraySlice<UInt8>
    }

    private enum Content {
        case attempt(Attempt)
        case mistake(Mistake)
    }

    private struct Entry {
        var line: Int
        var number: Int?
        var bytes: Range<Int>
        var content: Content
    }

    private var entries: [Entry] = []
    private var bytes: [UInt8] = []

    var isEmpty: Bool { entries.isEmpty }

    /// Large enough that a commit's wait for the disk is shared by many, small enough that
    /// other programs wait for the file for a moment only.
    var isFull: Bool { entries.count >= 2000 || bytes.count >= 1 << 20 }

    /// Parses a record and keeps what came of it; nothing for an empty line or a header row.
    mutating func add(_ record: RawRecord, by parser: inout any RecordParser) {
        do throws(Mistake) {
            if let mistake = record.mistake { throw mistake }
            guard let attempt = try parser.attempt(in: record.bytes) else { return }
            append(.attempt(attempt), of: record, keeping: record.bytes)
        } catch {
            append(.mistake(error), of: record, keeping: record.bytes)
        }
    }

    /// Keeps a bad record of which only the start is at hand.
    mutating func add(_ mistake: Mistake, of record: RawRecord, keeping start: [UInt8]) {
        start.withBytes { append(.mistake(mistake), of: record, keeping: $0) }
    }

    /// Records every attempt; gives the counts and what was not taken, in the order of lines.
    func store(
        with writer: inout AttemptWriter
    ) throws(DatabaseError) -> (counts: IngestCounts, rejects: [Reject]) {
        var counts = IngestCounts()
        var rejects: [Reject] = []
        for entry in entries {
            var mistake = Mistake.pruned
            switch entry.content {
            case .attempt(let attempt):
                let result = try writer.record(attempt)
                counts.count(result)
                if result != .refused { continue }
            case .mistake(let found):
                counts.rejected += 1
                mistake = found
            }
            let problem = RecordProblem(
                line: entry.line, number: entry.number, mistake: mistake)
            rejects.append(Reject(problem: problem, bytes: bytes[entry.bytes]))
        }
        return (counts, rejects)
    }

    mutating func clear() {
        entries.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }

    /// The header row that made the file unusable, where that is the last record.
    var unusableHeader: RecordProblem? {
        guard let last = entries.last, case .mistake(let mistake) = last.content else { return nil }
        switch mistake {
        case .headerLacks, .headerRepeats: return RecordProblem(line: last.line, mistake: mistake)
        default: return nil
        }
    }

    private mutating func append(
        _ content: Content, of record: RawRecord, keeping kept: UnsafeRawBufferPointer
    ) {
        let start = bytes.count
        bytes.append(contentsOf: kept)
        entries.append(
            Entry(
                line: record.line, number: record.number, bytes: start..<bytes.count,
                content: content))
    }
}
