import CivilTime
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

    private struct Entry {
        var line: Int
        var number: Int?
        var bytes: Range<Int>
        /// Nil for a good record: then it is the next of the attempts.
        var mistake: Mistake?
    }

    private var entries: [Entry] = []
    private var attempts: [Attempt] = []
    private var bytes: [UInt8] = []

    var isEmpty: Bool { entries.isEmpty }

    /// How many records are stored in one transaction.
    private let size: Int
    /// Long records are fewer.
    private static let byteLimit = 5 << 20

    init(size: Int) {
        self.size = size
    }

    var isFull: Bool { entries.count >= size || bytes.count >= Self.byteLimit }

    /// Parses a record and keeps what came of it; nothing for an empty line or a header row.
    mutating func add(_ record: RawRecord, by parser: inout any RecordParser) {
        do throws(Mistake) {
            if let mistake = record.mistake { throw mistake }
            guard let attempt = try parser.attempt(in: record.bytes) else { return }
            attempts.append(attempt)
            append(nil, of: record, keeping: record.bytes)
        } catch {
            append(error, of: record, keeping: record.bytes)
        }
    }

    /// Keeps a bad record of which only the start is at hand.
    mutating func add(_ mistake: Mistake, of record: RawRecord, keeping start: [UInt8]) {
        start.withBytes { append(mistake, of: record, keeping: $0) }
    }

    /// Records every attempt; gives the counts and what was not taken, in the order of lines.
    ///
    /// The batches are emptied first: what they take is free while the attempts are stored.
    static func store(
        _ batches: inout [RecordBatch], with writer: inout AttemptWriter
    ) throws(DatabaseError) -> (counts: IngestCounts, rejects: [Reject]) {
        var rejects: [Reject] = []
        var attempts: [Attempt] = []
        attempts.reserveCapacity(batches.reduce(0) { $0 + $1.attempts.count })
        for index in batches.indices {
            rejects += batches[index].takeRejects(before: writer.limit)
            attempts += batches[index].attempts
            batches[index].clear()
        }
        var counts = IngestCounts(rejected: rejects.count)
        for result in try writer.record(attempts) { counts.count(result) }
        return (counts, rejects)
    }

    /// Takes out bad records and those from before a limit, in the order of lines.
    private mutating func takeRejects(before limit: Instant?) -> [Reject] {
        func isOld(_ attempt: Attempt) -> Bool { limit.map { attempt.finishedAt < $0 } ?? false }
        guard attempts.count < entries.count || attempts.contains(where: isOld) else { return [] }
        var rejects: [Reject] = []
        var kept: [Attempt] = []
        var rest = attempts[...]
        for entry in entries {
            let attempt = entry.mistake == nil ? rest.popFirst() : nil
            if let attempt, !isOld(attempt) {
                kept.append(attempt)
                continue
            }
            let problem = RecordProblem(
                line: entry.line, number: entry.number, mistake: entry.mistake ?? .pruned)
            rejects.append(Reject(problem: problem, bytes: bytes[entry.bytes]))
        }
        attempts = kept
        return rejects
    }

    mutating func clear() {
        self = RecordBatch(size: size)
    }

    /// The header row that made the file unusable, where that is the last record.
    var unusableHeader: RecordProblem? {
        guard let last = entries.last, let mistake = last.mistake else { return nil }
        switch mistake {
        case .headerLacks, .headerRepeats: return RecordProblem(line: last.line, mistake: mistake)
        default: return nil
        }
    }

    private mutating func append(
        _ mistake: Mistake?, of record: RawRecord, keeping kept: UnsafeRawBufferPointer
    ) {
        // Growing by doubling would take twice the memory.
        if bytes.isEmpty { bytes.reserveCapacity(Self.byteLimit + kept.count) }
        let start = bytes.count
        bytes.append(contentsOf: kept)
        entries.append(
            Entry(
                line: record.line, number: record.number, bytes: start..<bytes.count,
                mistake: mistake))
    }
}
