import CivilTime
import SQLite

/// Changes to the counts, gathered in memory and written once a transaction.
struct CountChanges {
    private struct Bucket: Hashable {
        var company: Int64
        var start: Instant
    }

    private var quarterHours: [Bucket: [CountEntry]] = [:]

    /// Counts a callback by its latest attempt, or with -1 takes it out of the count again.
    mutating func add(_ count: Int, _ attempt: StoredAttempt) {
        let bucket = Bucket(
            company: attempt.route.company,
            start: Level.quarterHour.start(of: attempt.finishedAt))
        let latency = attempt.duration.map(Histogram.bucket)
        quarterHours[bucket, default: []].append(
            CountEntry(attempt.countKey, bucket: latency, count: count))
    }

    /// Writes the changes to every level.
    func write(to database: Database) throws(DatabaseError) {
        let writer = try CountWriter(database)
        var days: [Bucket: [CountEntry]] = [:]
        for (bucket, entries) in Self.sorted(quarterHours) {
            let cells = CountCells(summing: entries)
            try writer.add(cells, company: bucket.company, .quarterHour, start: bucket.start)
            let day = Bucket(company: bucket.company, start: Level.day.start(of: bucket.start))
            days[day, default: []] += cells.entries
        }
        for (bucket, entries) in Self.sorted(days) {
            try writer.add(
                CountCells(summing: entries), company: bucket.company, .day,
                start: bucket.start)
        }
    }

    private static func sorted(
        _ buckets: [Bucket: [CountEntry]]
    ) -> [(key: Bucket, value: [CountEntry])] {
        buckets.sorted { ($0.key.company, $0.key.start) < ($1.key.company, $1.key.start) }
    }
}
