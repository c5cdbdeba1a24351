import CMalloc
import CivilTime
import DeliveryLog
package import Storage
import StorageErrors

/// Records that are stored together, with their bytes in case they are rejected.
struct RecordBatch {
    /// A rejected record.
    struct Reject {
        var problem: RejectedRecord
        /// The unchanged bytes, with the line end if there is one.
        var bytes: ArraySlice<UInt8>
    }

    private struct Entry {
        var line: Int
        var number: Int?
        var bytes: Range<Int>
        /// The problem, or `nil` for a valid record, which is then the next of the attempts.
        var error: RecordError?
    }

    private var entries: [Entry] = []
    private var attempts: [Attempt] = []
    /// The prepared attempts, once ``prepare(_:)`` was called.
    private var prepared: PreparedBatch?
    private var bytes: [UInt8] = []
    /// The number of records that the map filtered out.
    private var skipped = 0

    var isEmpty: Bool { entries.isEmpty && skipped == 0 }

    /// The maximum number of records.
    private let size: Int
    private let key: CallbackKey?
    /// The maximum number of bytes, which limits batches of long records.
    private static let byteLimit = 3 << 20

    /// - Parameters:
    ///   - size: The maximum number of records.
    ///   - key: The fields that identify a callback, or `nil` for `callback_id` alone.
    init(size: Int, key: CallbackKey?) {
        self.size = size
        self.key = key
    }

    /// The number of records, without filtered ones.
    var count: Int { entries.count }

    var isFull: Bool { entries.count >= size || bytes.count >= Self.byteLimit }

    /// Parses a record and keeps the result.
    mutating func add(_ record: RawRecord, by parser: inout any RecordParser) {
        do throws(RecordError) {
            if let error = record.error { throw error }
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

    /// Adds an invalid record of which only the start is available.
    mutating func add(_ error: RecordError, of record: RawRecord, keeping start: [UInt8]) {
        start.withBytes { append(error, of: record, keeping: $0) }
    }

    /// Prepares the attempts for the log outside the transaction, to keep that short.
    ///
    /// - Parameter routes: The dimension cache of the log.
    mutating func prepare(_ dimensions: DimensionCache) {
        prepared = PreparedBatch(attempts, dimensions)
        attempts = []
    }

    /// Stores all attempts. Returns the counts and the rejected records, in the order of lines.
    ///
    /// The batches are cleared first, so that their memory is free while the attempts are stored.
    static func store(
        _ batches: inout [RecordBatch], with writer: inout AttemptWriter
    ) throws(StorageError) -> (counts: IngestCounts, rejects: [Reject]) {
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
        counts.lateStarts = writer.lateStarts
        return (counts, rejects)
    }

    /// Returns the rejected records in the order of lines, and removes those before the limit.
    private func rejects(of group: inout PreparedBatch, before limit: Instant?) -> [Reject] {
        let old = limit.map { group.removeAll(before: $0) } ?? []
        guard group.count < entries.count else { return [] }
        var rejects: [Reject] = []
        var number = 0
        for entry in entries {
            var error = entry.error
            if error == nil {
                if old.contains(number) { error = .pruned }
                number += 1
            }
            guard let error else { continue }
            let problem = RejectedRecord(line: entry.line, number: entry.number, error: error)
            rejects.append(Reject(problem: problem, bytes: bytes[entry.bytes]))
        }
        return rejects
    }

    mutating func clear() {
        self = RecordBatch(size: size, key: key)
    }

    /// The header row that makes the file unusable, if that is the last record.
    var unusableHeader: RejectedRecord? {
        guard let last = entries.last, let error = last.error else { return nil }
        switch error {
        case .headerLacks, .headerRepeats, .carriageReturns:
            return RejectedRecord(line: last.line, error: error)
        default: return nil
        }
    }

    private mutating func append(
        _ error: RecordError?, of record: RawRecord, keeping kept: UnsafeRawBufferPointer
    ) {
        // Growing by doubling would need twice the memory.
        if bytes.isEmpty { bytes.reserveCapacity(Self.byteLimit + kept.count) }
        let start = bytes.count
        bytes.append(contentsOf: kept)
        entries.append(
            Entry(
                line: record.line, number: record.number, bytes: start..<bytes.count,
                error: error))
    }
}

/// The number of records by result.
package struct IngestCounts: Hashable, Sendable, CustomStringConvertible {
    /// All records except empty lines and header rows. The sum of the other counts.
    package var records: Int { added + known + corrected + rejected + skipped }
    package var added = 0
    /// Duplicates of attempts in the log.
    package var known = 0
    /// Attempts in the log that were replaced by a record with different contents.
    package var corrected = 0
    /// Invalid records, and records older than the prune limit.
    package var rejected = 0
    /// Records that the map filters out.
    package var skipped = 0
    /// Attempts hidden by an attempt of the same callback ID at another endpoint.
    package var hidden = UncountedAttempts()
    /// New callbacks that may have been counted before they were pruned.
    package var lateStarts = 0

    package init(
        added: Int = 0, known: Int = 0, corrected: Int = 0, rejected: Int = 0, skipped: Int = 0
    ) {
        self.added = added
        self.known = known
        self.corrected = corrected
        self.rejected = rejected
        self.skipped = skipped
    }

    package var description: String {
        "\(records == 1 ? "1 record" : "\(records) records"): \(added) added, "
            + "\(known) \(known == 1 ? "duplicate" : "duplicates"), \(corrected) replaced, \(rejected) rejected"
            + (skipped > 0 ? ", \(skipped) skipped" : "")
    }

    package static func += (left: inout IngestCounts, right: IngestCounts) {
        left.added += right.added
        left.known += right.known
        left.corrected += right.corrected
        left.rejected += right.rejected
        left.skipped += right.skipped
        left.hidden += right.hidden
        left.lateStarts += right.lateStarts
    }

    mutating func count(_ result: RecordResult) {
        switch result {
        case .added: added += 1
        case .duplicate: known += 1
        case .replaced: corrected += 1
        case .tooOld: rejected += 1
        }
    }
}

/// What is unusual about the valid records of one import.
package final class ImportTally {
    /// The number of records by company.
    package private(set) var companies: [String: Int] = [:]
    /// The new records that are ahead of the clock.
    package private(set) var ahead = AheadAttempts()

    package init() {}

    func add(_ companies: [String: Int], _ ahead: AheadAttempts) {
        self.companies.merge(companies, uniquingKeysWith: +)
        self.ahead += ahead
    }
}

/// The settings of the C allocator during an import, whose batches take megabytes and are
/// short-lived (https://man7.org/linux/man-pages/man3/mallopt.3.html).
enum Memory {
    /// Keeps freed memory for reuse, in one heap for both threads.
    ///
    /// Otherwise each large block is returned to the system, and its pages are requested and
    /// cleared again for the next batch. That takes a tenth of an import's time.
    static func reuseFreedMemory() {
        mallopt(M_MMAP_THRESHOLD, 64 << 20)
        mallopt(M_TRIM_THRESHOLD, 128 << 20)
        mallopt(M_ARENA_MAX, 1)
    }
}
