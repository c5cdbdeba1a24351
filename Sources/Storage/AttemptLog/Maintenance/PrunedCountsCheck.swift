import CivilTime
import DeliveryLog
import SQL
import StorageErrors

/// Checks the counts from before the prune limit, which have no attempts to compare with: each
/// day must equal the sum of its quarter hours, and each row the sum of its cells.
struct PrunedCountsCheck {
    let database: Database
    let limit: Instant

    private struct Day: Equatable {
        var company: Int64
        var start: Int64
    }

    func run(_ result: inout Verification) throws(StorageError) {
        let rows = try database.prepare(
            """
            SELECT company, level, start, delivered, failed, retrying, cells FROM counts
            WHERE start < ? ORDER BY company, start - start % 86400000, level
            """)
        rows.bind([.integer(limit.milliseconds)])
        var (day, quarters): (Day?, [CountEntry]) = (nil, [])
        while try rows.step() {
            let (company, level, start) = (rows.integer(0), rows.integer(1), rows.integer(2))
            let this = Day(company: company, start: start - start % BucketSize.day.length)
            if this != day {
                if !quarters.isEmpty { note(Self.isMissing, day, &result) }
                (day, quarters) = (this, [])
            }
            guard let cells = rows.withBlob(6, { CountCells(encoded: $0) }) else {
                result.note("counts, row \(company) \(level) \(start): column cells cannot be read")
                continue
            }
            let tally = cells.tally
            if ![tally.delivered, tally.failed, tally.retrying].elementsEqual(
                (3...5).map { rows.int($0) })
            {
                result.note(
                    "counts, row \(company) \(level) \(start): its totals differ from the sums of column cells"
                )
            }
            if level == BucketSize.quarterHour.rawValue {
                quarters += cells.entries
            } else {
                if CountCells(summing: quarters) != cells { note(Self.differs, day, &result) }
                quarters = []
            }
        }
        if !quarters.isEmpty { note(Self.isMissing, day, &result) }
    }

    private static let isMissing = "the row of the day is missing"
    private static let differs = "the counts of the day differ from its 15-minute intervals"

    private func note(_ problem: String, _ day: Day?, _ result: inout Verification) {
        guard let day else { return }
        result.note("counts, row \(day.company) 1 \(day.start): \(problem)")
    }
}
