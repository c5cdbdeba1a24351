package import CivilTime
import DeliveryLog
import SQL
package import StorageErrors

/// The attempts of one import that were ahead of the clock by more than a day.
///
/// Either the clock of this machine is behind, or the one of the program that made the record is
/// ahead. The attempts are recorded, but they confirm no clock.
package struct AheadAttempts: Hashable, Sendable {
    /// An attempt, for messages.
    package struct Example: Hashable, Sendable {
        package let company: String
        package let callbackID: String
        package let finishedAt: Instant
    }

    package private(set) var count = 0
    /// The one that finished last.
    package private(set) var latest: Example?
    private var quarters: Set<Instant> = []

    package init() {}

    /// Returns the first instant that is ahead: what finishes in the quarter hour of the clock a day
    /// later is not.
    static func start(after clock: Instant) -> Instant {
        BucketSize.quarterHour.start(of: clock.advanced(milliseconds: ClockReading.day))
            .advanced(milliseconds: BucketSize.quarterHour.length)
    }

    mutating func add(_ row: StoredAttempt) {
        count += 1
        quarters.insert(BucketSize.quarterHour.start(of: row.finishedAt))
        if let latest, latest.finishedAt >= row.finishedAt { return }
        latest = Example(
            company: row.words?.company ?? "", callbackID: row.callbackID,
            finishedAt: row.finishedAt)
    }

    package static func += (left: inout AheadAttempts, right: AheadAttempts) {
        left.count += right.count
        left.quarters.formUnion(right.quarters)
        guard let other = right.latest else { return }
        if let own = left.latest, own.finishedAt >= other.finishedAt { return }
        left.latest = other
    }

    /// Stores the quarter hours, and deletes the ones that ended more than 90 days ago.
    func write(to database: Database, at clock: Instant) throws(StorageError) {
        guard !quarters.isEmpty else { return }
        try database.execute(
            "DELETE FROM ahead_quarters WHERE start < ?",
            [.integer(clock.milliseconds - 90 * ClockReading.day)])
        let insert = try database.prepare("INSERT OR REPLACE INTO ahead_quarters VALUES(?, ?)")
        for start in quarters {
            insert.bind([.integer(start.milliseconds), .integer(clock.milliseconds)])
            try insert.run()
        }
    }
}

extension AttemptLog {
    /// Returns whether attempts that were ahead of the clock were recorded after an instant.
    package func hasRecordedAhead(since start: Instant) throws(StorageError) -> Bool {
        try database.integer(
            "SELECT EXISTS(SELECT 1 FROM ahead_quarters WHERE recorded_at > ?)",
            [.integer(start.milliseconds)]) != 0
    }
}
