import CivilTime
package import SQLite

/// What recording an attempt did.
package enum Recorded: Hashable, Sendable {
    /// It is new in the log.
    case added
    /// The log knew it; nothing changed.
    case known
    /// The log had told this attempt differently, and believes the new record.
    case corrected
    /// It finished before the limit up to which the log was pruned.
    case refused
}

/// Writes attempts and their counts, within one transaction.
package struct AttemptWriter: ~Copyable {
    private let database: Database
    private let limit: Instant?
    private var names: NameTable
    private var changes = CountChanges()
    private let findLatest: Statement
    private let find: Statement
    private let insert: Statement
    private let supersede: Statement

    init(_ database: Database, notBefore limit: Instant?) throws(DatabaseError) {
        let findLatest = try database.prepare(
            """
            SELECT attempt, finished_at FROM attempts INDEXED BY attempts_by_callback
            WHERE company = ? AND callback_id = ? ORDER BY attempt DESC, finished_at DESC LIMIT 1
            """)
        let find = try database.prepare(AttemptReader.select + " WHERE " + Self.place)
        let marks = Array(repeating: "?", count: 14).joined(separator: ", ")
        let insert = try database.prepare(
            "INSERT OR REPLACE INTO attempts(\(StoredAttempt.columns)) VALUES(\(marks))")
        let supersede = try database.prepare(
            "UPDATE attempts SET superseded = 1 WHERE " + Self.place)
        // All at once: a value that cannot be copied is never half made.
        self.database = database
        self.limit = limit
        names = NameTable(database)
        self.findLatest = findLatest
        self.find = find
        self.insert = insert
        self.supersede = supersede
    }

    private static let place =
        "company = ? AND finished_at = ? AND callback_id = ? AND attempt = ?"

    /// Records one attempt; the same attempt again changes nothing.
    package mutating func record(_ attempt: Attempt) throws(DatabaseError) -> Recorded {
        if let limit, attempt.finishedAt < limit { return .refused }
        var row = try StoredAttempt(attempt, names: &names)
        guard let latest = try latestRank(of: row) else {
            try store(row)
            changes.add(1, row)
            return .added
        }
        row.superseded = row.rank < latest
        let old = try stored(at: row.rank, of: row)
        if let old { return try correct(old, with: attempt, row) }
        return row.superseded ? try storeOlder(row) : try advance(from: latest, to: row)
    }

    /// Writes the gathered counts; to be called once, before the transaction is committed.
    func finish() throws(DatabaseError) {
        try changes.write(to: CountStore(database: database))
    }

    // MARK: Steps

    private func storeOlder(_ row: StoredAttempt) throws(DatabaseError) -> Recorded {
        try store(row)
        return .added
    }

    /// A newer attempt of a known callback: its count moves from the old bucket to the new one.
    private mutating func advance(
        from latest: AttemptRank, to row: StoredAttempt
    ) throws(DatabaseError) -> Recorded {
        if let old = try stored(at: latest, of: row) {
            changes.add(-1, try StoredAttempt(old, names: &names))
        }
        bind(latest, of: row, to: supersede)
        try supersede.run()
        try store(row)
        changes.add(1, row)
        return .added
    }

    /// Two records of one attempt: one is believed, whichever came first.
    private mutating func correct(
        _ old: Attempt, with new: Attempt, _ row: StoredAttempt
    ) throws(DatabaseError) -> Recorded {
        guard new.isBelieved(over: old) else { return .known }
        if !row.superseded {
            changes.add(-1, try StoredAttempt(old, names: &names))
            changes.add(1, row)
        }
        try store(row)
        return .corrected
    }

    // MARK: Statements

    private func latestRank(of row: StoredAttempt) throws(DatabaseError) -> AttemptRank? {
        findLatest.bind(row.company, at: 1)
        findLatest.bind(row.callbackID, at: 2)
        guard try findLatest.step() else { return nil }
        let rank = AttemptRank(
            number: findLatest.int(0), finishedAt: Instant(milliseconds: findLatest.integer(1)))
        findLatest.reset()
        return rank
    }

    private func stored(
        at rank: AttemptRank, of row: StoredAttempt
    ) throws(DatabaseError) -> Attempt? {
        bind(rank, of: row, to: find)
        guard try find.step() else { return nil }
        let attempt = AttemptReader.attempt(find)
        find.reset()
        return attempt
    }

    private func bind(
        _ rank: AttemptRank, of row: StoredAttempt, to statement: borrowing Statement
    ) {
        statement.bind(row.company, at: 1)
        statement.bind(rank.finishedAt.milliseconds, at: 2)
        statement.bind(row.callbackID, at: 3)
        statement.bind(rank.number, at: 4)
    }

    private func store(_ row: StoredAttempt) throws(DatabaseError) {
        row.bind(to: insert)
        try insert.run()
    }
}
