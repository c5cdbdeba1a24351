package import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors

extension AttemptLog {
    /// Returns when the first callback of a company finished, or `nil` if it has none.
    ///
    /// If it finished in a quarter hour before `needed`, or if attempts were pruned, this is the
    /// start of its quarter hour.
    ///
    /// - Parameters:
    ///   - sid: The SID of the company.
    ///   - needed: The time from which on the result must be exact.
    ///   - time: The time as of which the log is read, or nil to use all attempts.
    package func firstCallback(
        company sid: String, exactFrom needed: Instant, asOf time: Instant? = nil
    ) throws(StorageError) -> Instant? {
        guard let company = try id(ofCompany: sid) else { return nil }
        let first = try firstCallback(company, exactFrom: needed)
        guard let time else { return first }
        let end = min(first ?? time, time)
        var moved: Instant?
        let before = Period(start: Instant(milliseconds: 0), end: end)
        try forEachMovedCallback(company, outOf: before, since: time) { finishedAt, _ in
            moved = finishedAt
            return false
        }
        return moved ?? first.flatMap { $0 < time ? $0 : nil }
    }

    private func firstCallback(
        _ company: Int64, exactFrom needed: Instant
    ) throws(StorageError) -> Instant? {
        let sql = "SELECT min(start) FROM counts WHERE company = ? AND level = ?"
        let start = try database.row(
            sql, [.integer(company), Value(BucketSize.quarterHour.rawValue)]
        ) {
            $0.optionalInstant(0)
        }
        guard let start = start.flatMap({ $0 }) else { return nil }
        if Quarter(of: start).next.start <= needed { return start }
        let first = try database.row(
            """
            SELECT min(finished_at) FROM attempts
            WHERE place >= ? AND place < ? AND company = ? AND standing <> 1
            """,
            [
                .integer(AttemptRowID.first(at: start)), .integer(AttemptRowID.end(at: start)),
                .integer(company),
            ]
        ) { $0.optionalInstant(0) }
        return first.flatMap { $0 } ?? start
    }

    /// Returns whether an attempt of any company finished in a period, leaving out the quarter
    /// hours that the period contains only in part.
    package func hasAttempts(in period: Period) throws(StorageError) -> Bool {
        let first = Quarter(of: period.start.advanced(milliseconds: -1)).next
        return try database.integer(
            "SELECT EXISTS(SELECT 1 FROM attempts WHERE place >= ? AND place < ?)",
            [
                .integer(AttemptRowID.first(at: first.start)),
                .integer(AttemptRowID.first(at: period.end)),
            ]) > 0
    }

    /// Returns when the last attempt of any company before an instant finished.
    ///
    /// If attempts were pruned, this may be the start of its quarter hour.
    package func lastAttempt(before end: Instant) throws(StorageError) -> Instant? {
        // The quarter hour of the instant may contain nothing before it.
        var last = try lastAttempt(before: end, inQuarterBefore: AttemptRowID.end(at: end))
        if last == nil {
            last = try lastAttempt(before: end, inQuarterBefore: AttemptRowID.first(at: end))
        }
        guard let limit = try prunedBefore(), last.map({ $0 < limit }) ?? true else { return last }
        let counted = try database.row(
            """
            SELECT max((SELECT max(start) FROM counts WHERE company = companies.id AND level = ?
                AND start < ?)) FROM companies
            """, [Value(BucketSize.quarterHour.rawValue), .integer(end.milliseconds)]
        ) { $0.optionalInstant(0) }
        return [last, counted.flatMap { $0 }].compactMap(\.self).max()
    }

    /// Returns when the first attempt of any company in a period finished, or `nil` if there is
    /// none.
    ///
    /// If attempts were pruned, this may be the end of its quarter hour.
    package func firstAttempt(
        from start: Instant, before end: Instant
    ) throws(StorageError) -> Instant? {
        guard start < end else { return nil }
        // The quarter hour of the start may contain nothing after it.
        var first = try firstAttempt(from: start, inQuarterFrom: AttemptRowID.first(at: start))
        if first == nil {
            first = try firstAttempt(from: start, inQuarterFrom: AttemptRowID.end(at: start))
        }
        let isPruned = try prunedBefore().map { start < $0 } ?? false
        let counted =
            isPruned
            ? try firstCount(from: start)?.advanced(milliseconds: BucketSize.quarterHour.length)
            : nil
        return [first, counted].compactMap(\.self).min().flatMap { $0 < end ? $0 : nil }
    }

    private func firstAttempt(
        from start: Instant, inQuarterFrom place: Int64
    ) throws(StorageError) -> Instant? {
        let sql = "SELECT min(place) FROM attempts WHERE place >= ?"
        let first = try database.row(sql, [.integer(place)]) { $0.optionalInteger(0) } ?? nil
        guard let quarter = first.map(AttemptRowID.quarterHour(of:)) else { return nil }
        return try database.row(
            """
            SELECT min(finished_at) FROM attempts
            WHERE place >= ? AND place < ? AND finished_at >= ?
            """,
            [
                .integer(AttemptRowID.first(at: quarter)), .integer(AttemptRowID.end(at: quarter)),
                .integer(start.milliseconds),
            ]
        ) { $0.optionalInstant(0) } ?? nil
    }

    private func lastAttempt(
        before end: Instant, inQuarterBefore place: Int64
    ) throws(StorageError) -> Instant? {
        let sql = "SELECT max(place) FROM attempts WHERE place < ?"
        let last = try database.row(sql, [.integer(place)]) { $0.optionalInteger(0) } ?? nil
        guard let last else { return nil }
        let quarter = AttemptRowID.quarterHour(of: last)
        let latest =
            try database.row(
                """
                SELECT max(finished_at) FROM attempts
                WHERE place >= ? AND place < ? AND finished_at < ?
                """,
                [
                    .integer(AttemptRowID.first(at: quarter)),
                    .integer(AttemptRowID.end(at: quarter)),
                    .integer(end.milliseconds),
                ]
            ) { $0.optionalInstant(0) } ?? nil
        return latest
    }

    /// Returns whether there were at least `length` milliseconds without a record of any company
    /// between two records of a period. Exact to a quarter hour.
    ///
    /// Goes back from the end in steps of `length`, so the cost does not depend on the number of
    /// records.
    package func hasSilence(of length: Int64, in period: Period) throws(StorageError) -> Bool {
        let start = BucketSize.quarterHour.start(of: period.start)
        var later = BucketSize.quarterHour.start(of: period.end.advanced(milliseconds: -1))
        while later > start {
            let earliest = later.advanced(milliseconds: -length)
            guard earliest >= start else { return false }
            let next = BucketSize.quarterHour.start(of: earliest)
                .advanced(milliseconds: BucketSize.quarterHour.length)
            let record = try firstRecord(from: next) ?? later
            if record >= later { return try firstRecord(from: start).map { $0 < later } ?? false }
            later = record
        }
        return false
    }

    /// Returns the first quarter hour at or after an instant with a record of any company.
    private func firstRecord(from start: Instant) throws(StorageError) -> Instant? {
        // Of pruned attempts only the counts remain.
        if let pruned = try prunedBefore(), start < pruned,
            let counted = try firstCount(from: start), counted < pruned
        {
            return counted
        }
        let place =
            try database.row(
                "SELECT min(place) FROM attempts WHERE place >= ?",
                [.integer(AttemptRowID.first(at: start))]
            ) { $0.optionalInteger(0) } ?? nil
        return place.map(AttemptRowID.quarterHour(of:))
    }

    private func firstCount(from start: Instant) throws(StorageError) -> Instant? {
        let sql = """
            SELECT min((SELECT min(start) FROM counts
                WHERE company = companies.id AND level = ? AND start >= ?)) FROM companies
            """
        return try database.row(
            sql, [Value(BucketSize.quarterHour.rawValue), .integer(start.milliseconds)]
        ) { $0.optionalInstant(0) } ?? nil
    }
}

extension AttemptLog {
    /// Returns attempts, newest first: by the quarter hour in which they finished, and then by
    /// arrival. The cost depends on the size of the page, not on the size of the log.
    ///
    /// - Parameters:
    ///   - filter: The attempts to return.
    ///   - limit: The maximum number of attempts.
    ///   - offset: The number of attempts to skip.
    package func attempts(
        _ filter: AttemptFilter, limit: Int, offset: Int = 0
    ) throws(StorageError) -> [Attempt] {
        guard let company = try id(ofCompany: filter.company), limit > 0 else { return [] }
        return try database.transaction(.read) { () throws(StorageError) in
            let places = try places(filter, company, limit, offset)
            let find = try database.prepare(AttemptReader.select + " WHERE place = ?")
            var attempts: [Attempt] = []
            for place in places {
                find.bind(place, at: 1)
                if try find.step() { attempts.append(AttemptReader.attempt(find)) }
                find.reset()
            }
            return attempts
        }
    }

    private func places(
        _ filter: AttemptFilter, _ company: Int64, _ limit: Int, _ offset: Int
    ) throws(StorageError) -> [Int64] {
        guard let id = filter.callbackID else {
            var search = try AttemptSearch(database, company, filter)
            return try search.places(limit, offset: offset)
        }
        let hash = try CallbackHasher(database).hash(of: id, company: company)
        let entries = try CallbackIndex(database: database).entries(of: [hash])
        let conditions = AttemptConditions(filter)
        return try database.rows(
            """
            SELECT place FROM attempts JOIN routes ON routes.id = attempts.route
            WHERE place IN (\(entries.map { "\($0.place)" }.joined(separator: ", ")))
                AND attempts.company = ? \(conditions.sql) ORDER BY place DESC LIMIT ? OFFSET ?
            """, [.integer(company)] + conditions.values + [Value(limit), Value(offset)]
        ) { $0.integer(0) }
    }
}

extension AttemptLog {
    /// Records since when the gateway has disabled a profile, or `nil` if it is enabled.
    ///
    /// A profile that is not in the log is ignored, because it has nothing to report.
    package func setDisabled(
        since: Instant?, profile id: String, company sid: String
    ) throws(StorageError) {
        try database.execute(
            """
            UPDATE profiles SET disabled_at = ? WHERE profile_id = ? AND company = (
                SELECT id FROM companies WHERE sid = ?)
            """, [Value(since?.milliseconds), .text(id), .text(sid)])
    }

    /// Returns the profiles of a company that were disabled before an instant and still are, sorted
    /// by name.
    package func disabledProfiles(
        company sid: String, before end: Instant
    ) throws(StorageError) -> [DisabledProfile] {
        guard let company = try id(ofCompany: sid) else { return [] }
        let sql = """
            SELECT profile_id, title, disabled_at FROM profiles
            WHERE company = ? AND disabled_at < ? ORDER BY ifnull(title, profile_id), profile_id
            """
        return try database.rows(sql, [.integer(company), .integer(end.milliseconds)]) {
            DisabledProfile(
                profileID: $0.text(0), title: $0.optionalText(1),
                since: $0.instant(2))
        }
    }
}

extension AttemptLog {
    /// Calls `body` with the latest attempts of the failed callbacks in a period, oldest first.
    ///
    /// - Parameters:
    ///   - sid: The SID of the company.
    ///   - period: The period.
    ///   - includingRetrying: Whether to include callbacks that are still being retried. This reads
    ///     every attempt of the period.
    ///   - body: Called with each attempt.
    package func forEachFailure(
        company sid: String, in period: Period, includingRetrying: Bool = false,
        _ body: (Attempt) -> Void
    ) throws(StorageError) {
        guard let company = try id(ofCompany: sid) else { return }
        let statement = try database.prepare(
            AttemptReader.select + """
                 WHERE \(includingRetrying ? Self.undelivered : Self.failed)
                    AND standing <> 1 AND attempts.company = ?1
                    AND finished_at >= ?2 AND finished_at < ?3 ORDER BY finished_at, callback_id
                """)
        statement.bind([
            .integer(company), .integer(period.start.milliseconds),
            .integer(period.end.milliseconds),
        ])
        if includingRetrying {
            statement.bind(AttemptRowID.first(at: period.start), at: 4)
            statement.bind(AttemptRowID.end(before: period.end), at: 5)
        }
        while try statement.step() { body(AttemptReader.attempt(statement)) }
    }

    /// Returns how many failed callbacks of a period cannot be listed because their attempts were
    /// pruned.
    package func unlistedFailures(
        company sid: String, in period: Period
    ) throws(StorageError) -> Int {
        guard let limit = try prunedBefore(), period.start < limit,
            let company = try id(ofCompany: sid)
        else { return 0 }
        let part = Period(start: period.start, end: min(period.end, limit))
        let counted = try tally(company: sid, in: part).failed
        let sql = """
            SELECT count(*) FROM attempts WHERE outcome = 1 AND standing <> 1 AND company = ?
                AND finished_at >= ? AND finished_at < ?
            """
        let listed = try database.integer(
            sql,
            [
                .integer(company), .integer(part.start.milliseconds),
                .integer(part.end.milliseconds),
            ])
        return max(0, counted - Int(listed))
    }

    private static let failed = "outcome = 1"
    /// Only failed attempts are in an index.
    private static let undelivered = "place >= ?4 AND place < ?5 AND outcome <> 2"
}

extension AttemptLog {
    /// Returns the callbacks of a period whose latest attempt is now in a later period.
    ///
    /// Added to the counts of the period, they give its counts at its end. The cost depends on the
    /// number of attempts in the period that are superseded.
    ///
    /// - Parameter end: Only later attempts that finished before this time count.
    package func moved(
        company sid: String, outOf period: Period, before end: Instant
    ) throws(StorageError) -> SupersededSincePeriod {
        var moved = SupersededSincePeriod(then: Tally(), recovered: 0)
        guard let company = try id(ofCompany: sid) else { return moved }
        let statement = try database.prepare(Self.movedQuery)
        statement.bind([
            .integer(company), .integer(period.start.milliseconds),
            .integer(period.end.milliseconds), .integer(end.milliseconds),
        ])
        while try statement.step() {
            let outcome = Outcome(rawValue: statement.int(0)) ?? .failed
            moved.then[outcome] += 1
            let now = Outcome(rawValue: statement.int(1))
            if outcome == .failed, now == .delivered { moved.recovered += 1 }
        }
        return moved
    }

    /// For each callback whose latest attempt before the end of the period is in the period and
    /// which has a later attempt: the outcome then, and the outcome of its latest attempt since.
    private static let movedQuery =
        """
        SELECT old.outcome, (
            SELECT latest.outcome FROM attempts AS latest INDEXED BY attempts_by_callback
            WHERE latest.standing > 0 AND latest.company = old.company AND latest.callback_id = old.callback_id
                AND latest.finished_at < ?4
            ORDER BY latest.attempt DESC, latest.finished_at DESC LIMIT 1)
        FROM attempts AS old INDEXED BY attempts_superseded
        WHERE old.standing = 1 AND old.company = ?1
            AND old.finished_at >= ?2 AND old.finished_at < ?3
            AND NOT EXISTS(
                SELECT 1 FROM attempts AS other INDEXED BY attempts_by_callback
                WHERE other.standing > 0 AND other.company = old.company AND other.callback_id = old.callback_id
                    AND other.finished_at < ?3
                    AND (other.attempt, other.finished_at) > (old.attempt, old.finished_at))
            AND EXISTS(
                SELECT 1 FROM attempts AS later INDEXED BY attempts_by_callback
                WHERE later.standing > 0 AND later.company = old.company AND later.callback_id = old.callback_id
                    AND later.finished_at >= ?3
                    AND (later.attempt, later.finished_at) > (old.attempt, old.finished_at))
        """
}

extension AttemptLog {
    /// Sets the title of a profile in reports, or removes it.
    ///
    /// The profile need not have attempts yet.
    package func setTitle(
        _ title: String?, ofProfile id: String, company sid: String
    ) throws(StorageError) {
        try database.transaction { () throws(StorageError) in
            try database.execute(
                "INSERT INTO companies(sid) VALUES(?) ON CONFLICT DO NOTHING", [.text(sid)])
            try database.execute(
                """
                INSERT INTO profiles(company, profile_id, title)
                SELECT id, ?, ? FROM companies WHERE sid = ?
                ON CONFLICT(company, profile_id) DO UPDATE SET title = excluded.title
                """, [.text(id), Value(title), .text(sid)])
        }
    }
}
