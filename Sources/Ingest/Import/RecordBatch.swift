import CivilTime
import DeliveryLog
import SQLite
import Storage

/// Records that are stored together, with their bytes for the case that they are refused.
struct RecordBatch {
    /// A record that is not taken.
    struct Reject {
        var problem: RejectedRecord
        /// Unchanged, with its line end where it had one.
        var bytes: ArraySlice<UInt8>
    }

    private struct Entry {
        var line: Int
        var number: Int?
        var bytes: Range<Int>
        /// Nil for a good record: then it is the next of the attempts.
        var mistake: RecordError?
    }

    private var entries: [Entry] = []
    private var attempts: [Attempt] = []
    /// What was made of the attempts, where it was.
    private var prepared: PreparedBatch?
    private var bytes: [UInt8] = []
    /// Records that a map leaves out.
    private var skipped = 0

    var isEmpty: Bool { entries.isEmpty && skipped == 0 }

    /// How many records it has room for.
    private let size: Int
    private let key: CallbackKey?
    /// Long records are fewer.
    private static let byteLimit = 3 << 20

    /// - Parameter key: what tells callbacks apart; nil for their id alone.
    init(size: Int, key: CallbackKey?) {
        self.size = size
        self.key = key
    }

    var isFull: Bool { entries.count >= size || bytes.count >= Self.byteLimit }

    /// Parses a record and keeps what came of it.
    mutating func add(_ record: RawRecord, by parser: inout any RecordParser) {
        do throws(RecordError) {
            if let mistake = record.mistake { throw mistake }
            switch try parser.content(of: record.bytes) {
            case .attempt(var attempt):
                try key?.apply(to: &attempt)
                attempts.append(attempt)
                append(nil, of: record, keeping: record.bytes)
            case .skipped: skipped += 1
            case .nothing: return
            }
        } catch {
            append(error, of: record, keeping: record.bytes)
        }
    }

    /// Keeps a bad record of which only the start is at hand.
    mutating func add(_ mistake: RecordError, of record: RawRecord, keeping start: [UInt8]) {
        start.withBytes { append(mistake, of: record, keeping: $0) }
    }

    /// Makes the attempts ready to be recorded, which takes less time within the transaction.
    ///
    /// - Parameter routes: of the log that they are for.
    mutating func prepare(_ routes: DimensionCache) {
        prepared = PreparedBatch(attempts, routes)
        attempts = []
    }

    /// Records every attempt; gives the counts and what was not taken, in the order of lines.
    ///
    /// The batches are emptied first: what they take is free while the attempts are stored.
    static func store(
        _ batches: inout [RecordBatch], with writer: inout AttemptWriter
    ) throws(DatabaseError) -> (counts: IngestCounts, rejects: [Reject]) {
        var rejects: [Reject] = []
        var groups: [PreparedBatch] = []
        let skipped = batches.reduce(0) { $0 + $1.skipped }
        for index in batches.indices {
            var group = batches[index].prepared ?? PreparedBatch(batches[index].attempts)
            rejects += batches[index].rejects(of: &group, before: writer.limit)
            groups.append(group)
            batches[index].clear()
        }
        var counts = IngestCounts(rejected: rejects.count, skipped: skipped)
        for result in try writer.record(&groups) { counts.count(result) }
        counts.hidden = writer.hidden
        return (counts, rejects)
    }

    /// Bad records, and those from before a limit, which are taken out; in the order of lines.
    private func rejects(of group: inout PreparedBatch, before limit: Instant?) -> [Reject] {
        let old = limit.map { group.removeAll(before: $0) } ?? []
        guard group.count < entries.count else { return [] }
        var rejects: [Reject] = []
        var number = 0
        for entry in entries {
            var mistake = entry.mistake
            if mistake == nil {
                if old.contains(number) { mistake = .pruned }
                number += 1
            }
            guard let mistake else { continue }
            let problem = RejectedRecord(line: entry.line, number: entry.number, mistake: mistake)
            rejects.append(Reject(problem: problem, bytes: bytes[entry.bytes]))
        }
        return rejects
    }

    mutating func clear() {
        self = RecordBatch(size: size, key: key)
    }

    /// The header row that made the file unusable, where that is the last record.
    var unusableHeader: RejectedRecord? {
        guard let last = entries.last, let mistake = last.mistake else { return nil }
        switch mistake {
        case .headerLacks, .headerRepeats: return RejectedRecord(line: last.line, mistake: mistake)
        default: return nil
        }
    }

    private mutating func append(
        _ mistake: RecordError?, of record: RawRecord, keeping kept: UnsafeRawBufferPointer
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
