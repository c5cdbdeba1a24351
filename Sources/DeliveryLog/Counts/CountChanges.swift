import CivilTime
import SQLite

/// Changes to the counts, gathered in memory and written once a transaction.
struct CountChanges {
    private struct Bucket: Hashable {
        var company: Int64
        var start: Instant
    }

    private var quarterHours: [Bucket: CountCells] = [:]

    /// Counts a callback by its latest attempt, or with -1 takes it out of the count again.
    mutating func add(_ count: Int, _ attempt: StoredAttempt) {
        let bucket = Bucket(
            company: attempt.company, start: Level.quarterHour.start(of: attempt.finishedAt))
        quarterHours[bucket, default: CountCells()].add(
            count, to: attempt.countKey, milliseconds: attempt.duration)
    }

    /// Writes the changes to every level.
    func write(to store: CountStore) throws(DatabaseError) {
        for level in Level.allCases {
            let buckets = merged(to: level).sorted {
                ($0.key.company, $0.key.start) < ($1.key.company, $1.key.start)
            }
            for (bucket, cells) in buckets {
                try store.add(cells, company: bucket.company, level, start: bucket.start)
            }
        }
    }

    private func merged(to level: Level) -> [Bucket: CountCells] {
        if level == .quarterHour { return quarterHours }
        var merged: [Bucket: CountCells] = [:]
        for (bucket, cells) in quarterHours {
            let start = level.start(of: bucket.start)
            merged[Bucket(company: bucket.company, start: start), default: CountCells()]
                .merge(cells)
        }
        return merged
    }
}
