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

/// The UTC time spans for which counts are stored. The raw values are stored.
enum BucketSize: Int, CaseIterable {
    /// All time zone offsets in use today are multiples of this.
    case quarterHour = 0
    case day = 1

    /// The length in milliseconds.
    var length: Int64 {
        switch self {
        case .quarterHour: 15 * 60 * 1000
        case .day: 24 * 60 * 60 * 1000
        }
    }

    /// Returns the start of the bucket that contains an instant.
    func start(of instant: Instant) -> Instant {
        instant.rounded(downTo: length)
    }

    /// Which bucket an instant falls into, counted from the start of 1970.
    package func number(of instant: Instant) -> Int64 {
        start(of: instant).milliseconds / length
    }
}

/// The number of callbacks with one key and about the same duration. Negative in a change.
struct CountEntry: Equatable, BitwiseCopyable {
    /// See ``EndpointNumber``.
    let endpoint: Int64
    /// Channel, kind and latency as one number, for fast comparison.
    private let rest: UInt64
    var count: Int

    /// - Parameters:
    ///   - channel: The label of the channel, below ``channels``.
    ///   - bucket: The bucket of the histogram, or `nil` if the duration is unknown.
    init(endpoint: Int64, channel: Int64, kind: UInt64, bucket: Int?, count: Int) {
        self.endpoint = endpoint
        rest = UInt64(channel) << 24 | kind << 16 | UInt64(bucket.map { $0 + 1 } ?? 0)
        self.count = count
    }

    init(_ key: CountKey, bucket: Int?, count: Int) {
        self.init(
            endpoint: key.endpoint, channel: key.channel, kind: key.kind, bucket: bucket,
            count: count)
    }

    /// The upper bound of label numbers.
    static let channels: UInt64 = 1 << 40

    var channel: Int64 { Int64(rest >> 24) }
    var kind: UInt64 { rest >> 16 & 0xFF }
    var bucket: Int? { rest & 0xFFFF == 0 ? nil : Int(rest & 0xFFFF) - 1 }

    /// The key, or `nil` if the stored kind is not valid.
    var key: CountKey? {
        CountKey.parts(ofKind: kind).map {
            CountKey(endpoint: endpoint, channel: channel, outcome: $0.outcome, reason: $0.reason)
        }
    }

    var outcome: Outcome? { Outcome(rawValue: Int(kind / 16)) }

    /// The order in which entries are stored.
    func precedes(_ other: CountEntry) -> Bool {
        endpoint != other.endpoint ? endpoint < other.endpoint : rest < other.rest
    }

    /// Returns an entry with the same key and another latency.
    func with(bucket: Int, count: Int) -> CountEntry {
        CountEntry(
            endpoint: endpoint, channel: channel, kind: kind, bucket: bucket, count: count)
    }

    /// The same order as two numbers, the first one being more significant.
    var sortKeys: (endpoint: UInt64, rest: UInt64) { (UInt64(bitPattern: endpoint), rest) }

    /// Returns whether both entries count the same thing.
    func isSame(as other: CountEntry) -> Bool {
        endpoint == other.endpoint && rest == other.rest
    }

    /// Returns whether both entries have the same key.
    func hasKey(of other: CountEntry) -> Bool {
        endpoint == other.endpoint && rest >> 16 == other.rest >> 16
    }
}

/// Updates rows of the table of counts.
struct CountWriter: ~Copyable {
    /// Whether damaged buckets are left unchanged. Otherwise they are an error.
    private let skipsDamage: Bool
    private let store: CountStore
    private let find: Statement
    private let update: Statement
    private let insert: Statement

    init(_ database: Database, skippingDamage: Bool = false) throws(StorageError) {
        let find = try database.prepare(
            "SELECT cells FROM counts WHERE company = ? AND level = ? AND start = ?")
        let update = try database.prepare(
            """
            UPDATE counts SET delivered = ?4, failed = ?5, retrying = ?6, cells = ?7
            WHERE company = ?1 AND level = ?2 AND start = ?3
            """)
        let insert = try database.prepare("INSERT INTO counts VALUES(?, ?, ?, ?, ?, ?, ?)")
        skipsDamage = skippingDamage
        store = CountStore(database: database)
        self.find = find
        self.update = update
        self.insert = insert
    }

    /// Adds changes to one bucket, and deletes the bucket if its counts become zero.
    func add(
        _ changes: CountCells, company: Int64, _ level: BucketSize, start: Instant
    ) throws(StorageError) {
        let place: [Value] = [
            .integer(company), Value(level.rawValue), .integer(start.milliseconds),
        ]
        find.bind(place)
        let isKept = try find.step()
        var sum: CountCells? =
            isKept ? find.withBlob(0) { CountCells(encoded: $0) } : CountCells()
        find.reset()
        sum?.merge(changes)
        guard let cells = sum, !cells.hasNegative else {
            if skipsDamage { return }
            throw store.damaged()
        }
        guard !cells.isEmpty else {
            return try store.database.execute(
                "DELETE FROM counts WHERE company = ? AND level = ? AND start = ?", place)
        }
        if isKept {
            try run(update, place, cells)
        } else {
            try run(insert, place, cells)
        }
    }

    private func run(
        _ statement: borrowing Statement, _ place: [Value], _ cells: CountCells
    ) throws(StorageError) {
        let tally = cells.tally
        statement.bind(
            place + [
                Value(tally.delivered), Value(tally.failed), Value(tally.retrying),
                .blob(cells.encoded()),
            ])
        try statement.run()
    }
}

/// The dimensions of counts, in addition to company and time.
struct CountKey: Hashable {
    /// See ``EndpointNumber``.
    var endpoint: Int64
    /// The label of the channel, or 0 for none.
    var channel: Int64
    var outcome: Outcome
    var reason: Reason?
}

extension CountKey {
    /// The outcome and the reason as one number.
    var kind: UInt64 {
        UInt64(outcome.rawValue) * 16 + UInt64(reason.map { $0.rawValue + 1 } ?? 0)
    }

    /// Decodes an outcome and a reason. Returns `nil` if the number is not valid.
    static func parts(ofKind kind: UInt64) -> (outcome: Outcome, reason: Reason?)? {
        guard kind < 64, let outcome = Outcome(rawValue: Int(kind / 16)) else { return nil }
        guard kind % 16 > 0 else { return (outcome, nil) }
        guard let reason = Reason(rawValue: Int(kind % 16) - 1) else { return nil }
        return (outcome, reason)
    }
}

/// Reads and writes the table of counts.
struct CountStore {
    let database: Database

    /// Calls `body` with the start and the counts by outcome of the buckets that start in a span,
    /// earliest first.
    func forEachTally(
        _ company: Int64, _ level: BucketSize, from start: Instant, to end: Instant,
        _ body: (Instant, Tally) -> Void
    ) throws(StorageError) {
        let statement = try database.prepare(
            """
            SELECT start, delivered, failed, retrying FROM counts
            WHERE company = ? AND level = ? AND start >= ? AND start < ? ORDER BY start
            """)
        statement.bind(span(company, level, start, end))
        while try statement.step() {
            body(
                statement.instant(0),
                Tally(
                    delivered: statement.count(1), failed: statement.count(2),
                    retrying: statement.count(3)))
        }
    }

    /// Calls `body` with the entries of the buckets that start in a span.
    func read(
        _ company: Int64, _ level: BucketSize, from start: Instant, to end: Instant,
        _ body: (CountEntry) -> Void
    ) throws(StorageError) {
        try forEachBucket(company, level, from: start, to: end) {
            CountCells.read(encoded: $0, body)
        }
    }

    /// Adds up the entries of the buckets that start in a span.
    func sum(
        _ company: Int64, _ level: BucketSize, from start: Instant, to end: Instant,
        into sums: inout CountSums
    ) throws(StorageError) {
        try forEachBucket(company, level, from: start, to: end) { sums.add(encoded: $0) }
    }

    /// Calls `body` with each stored bucket of a span. It returns false if the bytes are not valid.
    private func forEachBucket(
        _ company: Int64, _ level: BucketSize, from start: Instant, to end: Instant,
        _ body: (UnsafeRawBufferPointer) -> Bool
    ) throws(StorageError) {
        let statement = try database.prepare(
            """
            SELECT cells FROM counts
            WHERE company = ? AND level = ? AND start >= ? AND start < ?
            """)
        statement.bind(span(company, level, start, end))
        while try statement.step() {
            guard statement.withBlob(0, body) else { throw damaged() }
        }
    }

    /// Returns the cells of one bucket.
    func cells(
        _ company: Int64, _ level: BucketSize, start: Instant
    ) throws(StorageError) -> CountCells {
        var cells = CountCells()
        let next = start.advanced(milliseconds: 1)
        try read(company, level, from: start, to: next) { cells.append($0) }
        return cells
    }

    private func span(
        _ company: Int64, _ level: BucketSize, _ start: Instant, _ end: Instant
    ) -> [Value] {
        [
            .integer(company), Value(level.rawValue), .integer(start.milliseconds),
            .integer(end.milliseconds),
        ]
    }

    func damaged() -> StorageError {
        .corrupt(
            at: database.path,
            "a row of the counts cannot be read",
            remedy: "run 'callback-reports verify' to list the damage")
    }
}
