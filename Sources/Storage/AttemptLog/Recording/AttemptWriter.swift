package import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors
import TextSupport

/// Writes attempts and their counts within one transaction.
package struct AttemptWriter: ~Copyable {
    private let database: Database
    /// Attempts that finished before this time are rejected. `nil` for none.
    package let limit: Instant?
    private let index: CallbackIndex
    private let hasher: CallbackHasher
    private var routeTable: DimensionTable
    private var store: AttemptStore
    private var changes = CountChanges()
    private var activity = EndpointActivity()
    private var titles = RecordedTitles()
    /// The attempts that this transaction found to be hidden by an attempt at another endpoint.
    package private(set) var hidden = UncountedAttempts()
    /// The number of attempts by company, including repeated ones.
    package private(set) var companies: [String: Int] = [:]
    /// The number of callbacks whose first known attempt is not attempt 1, although it finished soon
    /// after the prune limit. Their earlier attempts may have been counted and pruned.
    package private(set) var lateStarts = 0
    /// The new attempts that are ahead of the clock.
    package private(set) var ahead = AheadAttempts()
    private let clock: Instant?
    /// Attempts from here on are ahead of the clock.
    private let aheadFrom: Instant
    /// The entries that the index does not contain yet, ordered by hash.
    private var added: [IndexEntry] = []

    /// - Parameters:
    ///   - clock: The current time, or `nil` if it is not known.
    ///   - routes: The dimensions that earlier transactions committed.
    init(
        _ database: Database, notBefore limit: Instant?, clock: Instant?,
        _ routes: DimensionCache.State
    ) throws(StorageError) {
        let index = CallbackIndex(database: database)
        let hasher = try CallbackHasher(database)
        let routeTable = try DimensionTable(database, known: routes, hasher)
        let store = try AttemptStore(database)
        // A noncopyable value must be initialized completely or not at all.
        self.database = database
        self.limit = limit
        self.clock = clock
        aheadFrom = clock.map(AheadAttempts.start) ?? Instant(milliseconds: .max)
        self.index = index
        self.hasher = hasher
        self.routeTable = routeTable
        self.store = store
    }

    /// The dimensions that the next writer may use after this transaction commits.
    var routes: DimensionCache.State { routeTable.known }

    /// Records one attempt. Recording it again changes nothing.
    package mutating func record(_ attempt: Attempt) throws(StorageError) -> RecordResult {
        try record([attempt])[0]
    }

    /// Records several attempts in one call, which is much faster than recording them one by one.
    ///
    /// - Returns: The result for each attempt, in order.
    package mutating func record(_ attempts: [Attempt]) throws(StorageError) -> [RecordResult] {
        var groups = [PreparedBatch(attempts)]
        return try record(&groups)
    }

    /// Records prepared attempts, and removes them from their batches.
    ///
    /// - Returns: The result for each attempt, in order.
    package mutating func record(
        _ groups: inout [PreparedBatch]
    ) throws(StorageError) -> [RecordResult] {
        for index in groups.indices {
            try groups[index].complete(with: &routeTable)
            titles.add(groups[index].titles, notBefore: limit)
            for use in groups[index].uses {
                try routeTable.noteUse(of: use.route, until: use.latest)
                companies[use.route.company, default: 0] += use.count
            }
        }
        var batch = try DeduplicationPlan(&groups, notBefore: limit, hasher) {
            (hashes) throws(StorageError) in
            try index.entries(of: hashes, and: added)
        }
        var results = [RecordResult](repeating: .tooOld, count: batch.rows.count)
        try store.add(batch.unknown, of: &batch.rows)
        changes.reserve(batch.rows.count)
        for number in batch.unknown {
            noteStart(batch.rows[number])
            changes.add(1, batch.rows[number])
            batch.put(number, at: batch.rows[number].place)
            results[number] = .added
        }
        // They are ordered by time.
        for number in batch.unknown.reversed() {
            guard batch.rows[number].finishedAt >= aheadFrom else { break }
            ahead.add(batch.rows[number])
        }
        for number in batch.possibleDuplicates {
            let row = batch.rows[number]
            let (result, place) = try record(row, maybeWith: batch.places(for: row))
            results[number] = result
            if result == .added, row.finishedAt >= aheadFrom { ahead.add(row) }
            if let place { batch.put(number, row, at: place) }
        }
        // These are two sorted runs, or one and a few more, which the sort algorithm exploits.
        added += batch.newEntries()
        added.sort()
        return results
    }

    /// Writes the collected changes. Must be called once, before the transaction commits.
    mutating func finish() throws(StorageError) {
        try routeTable.writeUses()
        try store.writeChecksums()
        try index.add(added, notBefore: limit)
        try changes.write(to: database, noting: &activity)
        try activity.write(to: database)
        try titles.write(to: database)
        if let clock { try ahead.write(to: database, at: clock) }
    }

    // MARK: Steps

    /// Adds a row that is the latest of its callback.
    private mutating func add(_ row: StoredAttempt) throws(StorageError) -> Int64 {
        changes.add(1, row)
        return try store.add(row)
    }

    /// Records an attempt at a callback that may be known. Returns the row ID if the attempt is
    /// new.
    private mutating func record(
        _ row: StoredAttempt, maybeWith places: DeduplicationPlan.Places
    ) throws(StorageError) -> (RecordResult, Int64?) {
        let others = try others(of: row, at: places)
        for other in others where other.route.id != row.route.id { try compare(row, with: other) }
        if let same = others.first(where: { $0.rank == row.rank }) {
            return (try correct(same, with: row), nil)
        }
        guard let latest = others.last else {
            noteStart(row)
            return (.added, try add(row))
        }
        if latest.rank < row.rank { return (.added, try advance(from: latest, to: row)) }
        return (.added, try addOlder(row, than: latest))
    }

    /// How long after the prune limit an attempt may belong to a pruned callback, in milliseconds.
    private static let longestRetry: Int64 = 60 * 86_400_000

    /// Notes a new callback that probably began earlier.
    private mutating func noteStart(_ row: StoredAttempt) {
        guard row.number > 1, let limit else { return }
        if row.finishedAt.milliseconds - limit.milliseconds < Self.longestRetry { lateStarts += 1 }
    }

    /// Returns the known attempts at the same callback that matter, lowest rank first.
    private func others(
        of row: StoredAttempt, at places: DeduplicationPlan.Places
    ) throws(StorageError) -> [StoredAttempt] {
        for entry in places.logged {
            let found = try store.attempts(of: row, withOneAt: entry.place)
            if !found.isEmpty { return found }
        }
        for place in places.added {
            let found = try store.attempts(of: row, withOneAt: place)
            if !found.isEmpty { return found }
        }
        return []
    }

    /// Records a hidden attempt if two attempts at one callback ended at different endpoints.
    private mutating func compare(
        _ row: StoredAttempt, with other: StoredAttempt
    ) throws(StorageError) {
        guard let attempt = HiddenAttempt(row, other) else { return }
        if try SharedCallbackStore(database).add(attempt) { hidden.add(attempt) }
    }

    /// Records a newer attempt at a known callback, and moves its count to the new bucket.
    private mutating func advance(
        from latest: StoredAttempt, to row: StoredAttempt
    ) throws(StorageError) -> Int64 {
        changes.add(-1, latest)
        // Its count may have been added in the same transaction, and is removed again.
        activity.note(latest)
        try store.set(.superseded, at: latest.place)
        var row = row
        row.supersession = .latest
        return try add(row)
    }

    private mutating func addOlder(
        _ row: StoredAttempt, than latest: StoredAttempt
    ) throws(StorageError) -> Int64 {
        if latest.supersession == .only { try store.set(.latest, at: latest.place) }
        activity.note(row)
        var row = row
        row.supersession = .superseded
        return try store.add(row)
    }

    /// Resolves two records of one attempt by precedence, independent of their order.
    private mutating func correct(
        _ old: StoredAttempt, with new: StoredAttempt
    ) throws(StorageError) -> RecordResult {
        guard let recorded = try store.attempt(at: old.place),
            new.original?.takesPrecedence(over: recorded) == true
        else { return .duplicate }
        var row = new
        row.place = old.place
        row.supersession = old.supersession
        if row.supersession == .superseded {
            activity.note(row)
        } else {
            changes.add(-1, old)
            changes.add(1, row)
        }
        try store.replace(old, with: row)
        return .replaced
    }
}

/// The titles of profiles in records. The record that finished last determines the title.
struct RecordedTitles: Sendable {
    private struct Profile: Hashable {
        let company: String
        let id: String

        static func == (left: Profile, right: Profile) -> Bool {
            left.company.isExactly(right.company) && left.id.isExactly(right.id)
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(ExactText(company))
            hasher.combine(ExactText(id))
        }
    }

    private struct Title {
        var text: String
        var finishedAt: Instant

        /// For records that finished at the same time, the text decides, so that their order of
        /// arrival does not matter.
        func isNewer(than other: Title) -> Bool {
            guard finishedAt == other.finishedAt else { return finishedAt > other.finishedAt }
            return other.text.utf8.lexicographicallyPrecedes(text.utf8)
        }
    }

    private var newest: [Profile: Title] = [:]

    init() {}

    init(_ attempts: [Attempt]) {
        // Most attempts of a profile share one object, which is faster to look up than its texts.
        var latest: [ObjectIdentifier: Int] = [:]
        for (index, attempt) in attempts.enumerated() where attempt.route.profileTitle != nil {
            let identity = ObjectIdentifier(attempt.route)
            if let known = latest[identity], attempts[known].finishedAt >= attempt.finishedAt {
                continue
            }
            latest[identity] = index
        }
        for index in latest.values { add(attempts[index]) }
    }

    private mutating func add(_ attempt: Attempt) {
        guard let id = attempt.profileID, let text = attempt.route.profileTitle else { return }
        add(
            Title(text: text, finishedAt: attempt.finishedAt),
            to: Profile(company: attempt.company, id: id))
    }

    private mutating func add(_ title: Title, to profile: Profile) {
        if let known = newest[profile], !title.isNewer(than: known) { return }
        newest[profile] = title
    }

    /// Takes the titles of others, without those of records that the log refuses as too old.
    mutating func add(_ others: RecordedTitles, notBefore limit: Instant?) {
        for (profile, title) in others.newest where limit.map({ title.finishedAt >= $0 }) ?? true {
            add(title, to: profile)
        }
    }

    /// Stores the titles that are newer than those in the log. The rows of the profiles must exist.
    func write(to database: Database) throws(StorageError) {
        guard !newest.isEmpty else { return }
        let update = try database.prepare(
            """
            UPDATE profiles SET recorded_title = ?1, recorded_title_at = ?2
            WHERE company = (SELECT id FROM companies WHERE sid = ?3) AND profile_id = ?4
                AND (recorded_title IS NULL
                    OR (recorded_title_at, recorded_title) < (?2, ?1))
            """)
        for (profile, title) in newest {
            update.bind([
                .text(title.text), .integer(title.finishedAt.milliseconds),
                .text(profile.company), .text(profile.id),
            ])
            try update.run()
        }
    }
}
