import CivilTime
import DeliveryLog
import SQL
import StorageErrors

/// Recounts the buckets of all companies in one pass over the attempts.
struct Recount {
    private let log: AttemptLog
    private let limit: Instant
    private let hasher: CallbackHasher
    private let companies: [Int64: String]
    private var quarter = Instant(milliseconds: 0)
    private var quarters: [Int64: [CountEntry]] = [:]
    private var days: [Int64: [CountEntry]] = [:]
    /// The sum of the hashes of all recounted buckets.
    private var sumOfBuckets = 0
    /// The sum of the hashes of all entries that the callback index must have.
    private(set) var sumOfEntries = 0
    private var checksums = AttemptChecksums()
    /// The marks that the table of endpoints must have for the day.
    private var activity = EndpointActivity()
    /// Whether all marks existed so far.
    private(set) var isMarked = true

    init(
        _ log: AttemptLog, from limit: Instant, _ hasher: CallbackHasher
    ) throws(StorageError) {
        self.log = log
        self.hasher = hasher
        self.limit = limit
        let rows = try log.database.rows("SELECT id, sid FROM companies", []) {
            ($0.integer(0), $0.text(1))
        }
        companies = Dictionary(rows) { first, _ in first }
    }

    mutating func run(
        _ result: inout Verification, progress: (Int) -> Void
    ) throws(StorageError) {
        let first = AttemptRowID.first(at: limit)
        let attempts = try log.database.prepare(
            """
            SELECT endpoint, channel, outcome, reason, duration, place, attempts.company,
                callback_id, standing, finished_at, attempt, routes.company,
                last_day, route, status
            FROM attempts LEFT JOIN routes ON routes.id = attempts.route
            ORDER BY place
            """)
        while try attempts.step() {
            result.attempts += 1
            if result.attempts % 100_000 == 0 { progress(result.attempts) }
            checksums.toggle(
                place: attempts.integer(5), company: attempts.integer(6),
                route: attempts.integer(13), number: attempts.integer(10),
                finishedAt: attempts.integer(9), outcome: attempts.integer(2),
                reason: attempts.optionalInteger(3), status: attempts.optionalInteger(14),
                duration: attempts.optionalInteger(4))
            // Older attempts are kept for callbacks that finished later or have not finished.
            if let problem = problem(of: attempts) {
                result.note("attempts, row \(attempts.integer(5)): \(problem)")
            }
            let (isOlder, standing) = (attempts.integer(5) < first, attempts.int(8))
            if !isOlder || standing != Supersession.superseded.rawValue { addEntry(of: attempts) }
            if !isOlder, isCountable(attempts) { try add(attempts, &result) }
        }
        try close(.quarterHour, &result)
        try close(.day, &result)
        try compareChecksums(&result)
        if try sumOfBuckets != sumOfKeptBuckets() {
            result.differences += try strayBuckets()
        }
    }

    private mutating func compareChecksums(
        _ result: inout Verification
    ) throws(StorageError) {
        for quarter in try checksums.wrongQuarters(in: log.database) {
            result.changedQuarters.append(AttemptRowID.quarterHour(of: quarter << 34))
            result.note(
                "attempts, rows from \(quarter << 34): checksum mismatch; another program changed "
                    + "or deleted a row")
        }
    }

    /// Returns the invalid value of a row, which only damage can cause, or `nil` if the row is
    /// sound.
    private func problem(of row: borrowing Statement) -> String? {
        let place = row.integer(5)
        guard Statement.times.contains(row.integer(9)),
            AttemptRowID.quarterHour(of: place)
                == BucketSize.quarterHour.start(of: Instant(milliseconds: row.integer(9)))
        else { return "finished_at does not match the 15-minute interval in its row ID" }
        if row.isNull(11) { return "its route is missing" }
        if row.integer(11) != row.integer(6) { return "its route belongs to another company" }
        if row.integer(12) < BucketSize.day.number(of: Instant(milliseconds: row.integer(9))) {
            return "its route is marked as unused on its day"
        }
        if companies[row.integer(6)] == nil { return "its company is missing" }
        if !isCountable(row) { return "outcome, reason, standing or route is not valid" }
        let isDelivered = row.int(2) == Outcome.delivered.rawValue
        if isDelivered != row.isNull(3) { return "its reason does not match its outcome" }
        if row.integer(10) < 1 { return "its attempt number is invalid: \(row.integer(10))" }
        if !row.isNull(14), !(0...999 ~= row.integer(14)) {
            return "its status is invalid: \(row.integer(14))"
        }
        if row.integer(4) < 0 { return "its duration is invalid: \(row.integer(4))" }
        return nil
    }

    /// Returns whether the columns that determine the counts have valid values.
    private func isCountable(_ row: borrowing Statement) -> Bool {
        0...(1 << 62) ~= row.integer(0)
            && 0..<Int64(CountEntry.channels) ~= row.integer(1)
            && Outcome.stored ~= row.integer(2)
            && (row.isNull(3) || Reason.stored ~= row.integer(3))
            && 0...2 ~= row.integer(8) && row.integer(5) >= 0
    }

    private mutating func addEntry(of row: borrowing Statement) {
        let hash = hasher.hash(of: row.text(7), company: row.integer(6))
        sumOfEntries &+= IndexEntry(hash: hash, place: row.integer(5)).hashValue
    }

    private mutating func add(
        _ row: borrowing Statement, _ result: inout Verification
    ) throws(StorageError) {
        let (place, company) = (row.integer(5), row.integer(6))
        try move(to: AttemptRowID.quarterHour(of: place), &result)
        activity.note(
            company: company, endpoint: row.integer(0), Quarter(of: quarter),
            isDelivered: row.int(2) == Outcome.delivered.rawValue)
        guard row.int(8) != Supersession.superseded.rawValue else { return }
        result.callbacks += 1
        quarters[company, default: []].append(CountEntry(row: row))
    }

    private mutating func move(
        to next: Instant, _ result: inout Verification
    ) throws(StorageError) {
        guard next != quarter else { return }
        try close(.quarterHour, &result)
        if BucketSize.day.start(of: next) != BucketSize.day.start(of: quarter) {
            try close(.day, &result)
        }
        quarter = next
    }

    private mutating func close(
        _ level: BucketSize, _ result: inout Verification
    ) throws(StorageError) {
        let start = level.start(of: quarter)
        // A repaired limit may be within a day, of which only a part can be recounted.
        guard start >= limit else { return forget(level) }
        for (company, entries) in level == .day ? days : quarters {
            let cells = CountCells(summing: entries)
            sumOfBuckets &+= Self.hash(company, level.rawValue, start.milliseconds)
            try compare(cells, company, level, start, &result)
            if level == .quarterHour { days[company, default: []] += cells.entries }
        }
        forget(level)
        if level == .day { isMarked = try activity.isWritten(in: log.database) && isMarked }
    }

    private mutating func forget(_ level: BucketSize) {
        if level == .day { days = [:] } else { quarters = [:] }
    }

    private func compare(
        _ cells: CountCells, _ company: Int64, _ level: BucketSize, _ start: Instant,
        _ result: inout Verification
    ) throws(StorageError) {
        result.buckets += 1
        let store = CountStore(database: log.database)
        let kept = try store.cells(company, level, start: start)
        let next = start.advanced(milliseconds: 1)
        var sums = Tally()
        try store.forEachTally(company, level, from: start, to: next) { sums += $1 }
        guard kept != cells || sums != cells.tally else { return }
        result.differences.append(
            difference(company, level, start, kept: sums, recounted: cells.tally))
    }

    private func sumOfKeptBuckets() throws(StorageError) -> Int {
        let kept = try log.database.prepare(
            "SELECT company, level, start FROM counts WHERE start >= ?")
        kept.bind([.integer(limit.milliseconds)])
        var sum = 0
        while try kept.step() {
            sum &+= Self.hash(kept.integer(0), kept.int(1), kept.integer(2))
        }
        return sum
    }

    private static func hash(_ company: Int64, _ level: Int, _ start: Int64) -> Int {
        var hasher = Hasher()
        hasher.combine(company)
        hasher.combine(level)
        hasher.combine(start)
        return hasher.finalize()
    }

    /// Returns the buckets that count callbacks without any attempt.
    private func strayBuckets() throws(StorageError) -> [Difference] {
        try log.database.rows(
            """
            SELECT company, level, start, delivered, failed, retrying FROM counts
            WHERE start >= ? AND NOT EXISTS(
                SELECT 1 FROM attempts
                WHERE place >= start / 900000 << 34
                    AND place < (start + iif(level = 1, 86400000, 900000)) / 900000 << 34
                    AND attempts.company = counts.company AND standing <> 1)
            """, [.integer(limit.milliseconds)]
        ) { row in
            difference(
                row.integer(0), BucketSize(rawValue: row.int(1)) ?? .day,
                Self.start(row.integer(2)),
                kept: Tally(delivered: row.int(3), failed: row.int(4), retrying: row.int(5)),
                recounted: Tally())
        }
    }

    /// Returns the start of a bucket, whose stored value may be invalid.
    private static func start(_ milliseconds: Int64) -> Instant {
        let times = Statement.times
        return Instant(
            milliseconds: min(max(milliseconds, times.lowerBound), times.upperBound))
    }

    private func difference(
        _ company: Int64, _ level: BucketSize, _ start: Instant, kept: Tally, recounted: Tally
    ) -> Difference {
        Difference(
            company: companies[company] ?? "\(company)", start: start, isDay: level == .day,
            kept: kept, recounted: recounted)
    }
}
