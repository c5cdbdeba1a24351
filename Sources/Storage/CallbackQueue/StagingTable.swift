package import CivilTime
import SQL
package import StorageErrors

/// Collects callbacks outside the queue, and then accepts any number of them in one transaction.
///
/// Until then they are in a temporary table, which blocks no other connection.
package struct StagingTable: ~Copyable {
    private let database: Database
    private let insert: Statement

    package init(_ queue: CallbackQueue) throws(StorageError) {
        let database = queue.database
        try database.execute(
            """
            CREATE TEMP TABLE intake(
                number INTEGER PRIMARY KEY, company TEXT, callback_id TEXT, lane TEXT,
                profile TEXT, url TEXT, channel TEXT, event TEXT, variables TEXT, part INTEGER,
                place INTEGER) STRICT
            """)
        let insert = try database.prepare(
            "INSERT INTO temp.intake VALUES(NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        // A noncopyable value must be initialized completely or not at all.
        self.database = database
        self.insert = insert
    }

    deinit {
        // If this fails, SQLite drops the table when the connection closes.
        try? database.execute("DROP TABLE temp.intake")
    }

    /// Adds a callback.
    ///
    /// - Parameter index: The index of the callback's trigger in the request, from 0.
    package func add(_ callback: NewCallback, at index: Int) throws(StorageError) {
        let (profile, url): (String?, String?) =
            switch callback.target {
            case .profile(let id): (id, nil)
            case .url(let url): (nil, url)
            }
        insert.bind([
            .text(callback.company), .text(callback.callbackID), .text(callback.target.endpoint),
            Value(profile), Value(url), .text(callback.channel), Value(callback.event),
            .text(callback.variables), Value(CallbackPart.number(in: callback.callbackID) ?? 0),
            Value(index),
        ])
        try insert.run()
    }

    /// Accepts all collected callbacks: when this returns, either all of them are on disk or none
    /// is.
    ///
    /// Accepting a known callback again changes nothing.
    ///
    /// - Returns: The indexes of the first hundred triggers whose IDs belong to different
    ///   callbacks. If there are any, nothing was accepted.
    package func takeOver(now: Instant) throws(StorageError) -> [Int] {
        try database.begin()
        do throws(StorageError) {
            let conflicts = try insertAll(now: now)
            if conflicts.isEmpty { try database.commit() } else { database.rollBack() }
            return conflicts
        } catch {
            database.rollBack()
            throw error
        }
    }

    /// Inserts the new callbacks, and returns the indexes of the triggers that conflict.
    private func insertAll(now: Instant) throws(StorageError) -> [Int] {
        let last = try database.integer("SELECT max(id) FROM callbacks")
        try database.execute(
            Self.endpoints, [Value(EndpointSpeed.fresh.rawValue), Value(now.milliseconds)])
        let inserted = try database.change(
            Self.callbacks, [Value(now.milliseconds), Value(CallbackRetryRule.attempts)])
        try database.execute(Self.due, [Value(now.milliseconds), .integer(last)])
        let all = try database.integer("SELECT count(*) FROM temp.intake")
        // If every callback was inserted, none of the IDs existed before.
        let taken = inserted == all ? [] : try database.rows(Self.conflicts) { $0.int(0) }
        return taken + (try database.rows(Self.mixtures) { $0.int(0) })
    }

    /// Calls `body` with the ID of each callback, in order.
    package func forEachID(_ body: (String) -> Void) throws(StorageError) {
        let ids = try database.prepare("SELECT callback_id FROM temp.intake ORDER BY number")
        while try ids.step() { body(ids.text(0)) }
    }

    private static let endpoints = """
        INSERT INTO lanes(company, name, pace, created_at)
            SELECT DISTINCT company, lane, ?1, ?2 FROM temp.intake WHERE true
        ON CONFLICT(company, name) DO NOTHING
        """

    private static let callbacks = """
        INSERT INTO callbacks(
            company, callback_id, lane, state, due, attempts, tries_left, created_at, profile, url,
            channel, event, variables, part)
        SELECT new.company, new.callback_id, lanes.id, 0, ?1, 0, ?2, ?1, new.profile, new.url,
            new.channel, new.event, new.variables, new.part
        FROM temp.intake AS new CROSS JOIN lanes
            ON lanes.company = new.company AND lanes.name = new.lane
        WHERE true ORDER BY new.number
        ON CONFLICT(company, callback_id) DO NOTHING
        """

    private static let conflicts = """
        SELECT DISTINCT new.place FROM temp.intake AS new JOIN callbacks AS old
            ON old.company = new.company AND old.callback_id = new.callback_id
        WHERE old.profile IS NOT new.profile OR old.url IS NOT new.url
            OR old.channel <> new.channel OR old.event IS NOT new.event
            OR old.variables <> new.variables
        ORDER BY new.place LIMIT 100
        """

    /// Finds triggers of several callbacks whose ID belongs to a trigger with fewer or more of
    /// them.
    private static let mixtures = """
        WITH last AS (
            SELECT place, company, max(part) AS part,
                substr(callback_id, 1, length(callback_id) - length(part) - 1) AS trigger_id
            FROM temp.intake WHERE part > 0 GROUP BY place)
        SELECT place FROM last WHERE EXISTS(
            SELECT 1 FROM callbacks AS old
            WHERE old.company = last.company
                AND old.callback_id IN (trigger_id, trigger_id || '~' || (last.part + 1)))
        ORDER BY place LIMIT 100
        """

    private static let due = """
        UPDATE lanes SET next_due = min(ifnull(next_due, ?1), ?1)
        WHERE id IN (SELECT lane FROM callbacks WHERE id > ?2)
        """
}
