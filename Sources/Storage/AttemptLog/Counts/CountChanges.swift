import CivilTime
import DeliveryLog
import SQL
import StorageErrors

/// Collects changes of counts in memory, to write them once per transaction.
struct CountChanges {
    private struct Change: BitwiseCopyable {
        var company: Int64
        /// In milliseconds since the epoch.
        var finishedAt: Int64
        var entry: CountEntry
    }

    private var changes: [Change] = []

    /// Reserves capacity for more changes. Growing by doubling would copy them repeatedly.
    mutating func reserve(_ count: Int) {
        changes.reserveCapacity(changes.count + count)
    }

    /// Counts a callback by its latest attempt, or removes it from the counts if `count` is -1.
    mutating func add(_ count: Int, _ attempt: borrowing StoredAttempt) {
        let latency = attempt.duration.map(Histogram.bucket)
        changes.append(
            Change(
                company: attempt.route.company, finishedAt: attempt.finishedAt.milliseconds,
                entry: CountEntry(attempt.countKey, bucket: latency, count: count)))
    }

    /// Writes the changes to every level.
    ///
    /// - Parameters:
    ///   - database: The database of the log.
    ///   - skippingDamage: Whether to leave damaged counts unchanged. Otherwise they are an error.
    ///   - activity: Receives the quarter hours whose counts increase.
    func write(
        to database: Database, skippingDamage: Bool = false,
        noting activity: inout EndpointActivity
    ) throws(StorageError) {
        let writer = try CountWriter(database, skippingDamage: skippingDamage)
        var byEntry = changes.indices.map { NumberedKey(key: 0, number: $0) }
        byEntry.sort { changes[$0].entry.sortKeys.rest }
        byEntry.sort { changes[$0].entry.sortKeys.endpoint }
        for level in BucketSize.allCases {
            try write(byEntry, level, with: writer, noting: &activity)
        }
    }

    /// Writes the changes of one level. They must be in the order of their entries.
    private func write(
        _ byEntry: [NumberedKey], _ level: BucketSize, with writer: borrowing CountWriter,
        noting activity: inout EndpointActivity
    ) throws(StorageError) {
        var byPlace = byEntry
        byPlace.sort { UInt64(bitPattern: changes[$0].finishedAt / level.length) }
        byPlace.sort { UInt64(bitPattern: changes[$0].company) }
        var rest = byPlace[...]
        while let first = rest.first.map({ changes[$0.number] }) {
            let start = level.start(of: Instant(milliseconds: first.finishedAt))
            let end = start.milliseconds + level.length
            let bucket = rest.prefix {
                changes[$0.number].company == first.company
                    && start.milliseconds..<end ~= changes[$0.number].finishedAt
            }
            let cells = CountCells(ordered: bucket.lazy.map { changes[$0.number].entry })
            try writer.add(cells, company: first.company, level, start: start)
            if level == .quarterHour {
                activity.note(cells, company: first.company, Quarter(of: start))
            }
            rest = rest[bucket.endIndex...]
        }
    }
}
