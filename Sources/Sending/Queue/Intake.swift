package import CivilTime
package import SQLite

/// Callbacks that are collected beside the queue, and taken over all at once, however many.
///
/// Until then they lie in a temporary file of SQLite's, for which nobody else has to wait.
package struct Intake: ~Copyable {
    private let database: Database
    private let insert: Statement

    package init(_ queue: CallbackQueue) throws(DatabaseError) {
        let database = queue.database
        try database.execute(
            """
            CREATE TEMP TABLE intake(
                number INTEGER PRIMARY KEY, company TEXT, callback_id TEXT, lane TEXT,
                profile TEXT, url TEXT, channel TEXT, event TEXT, variables TEXT) STRICT
            """)
        let insert = try database.prepare(
            "INSERT INTO temp.intake VALUES(NULL, ?, ?, ?, ?, ?, ?, ?, ?)")
        // All at once: a value that cannot be copied is never half made.
        self.database = database
        self.insert = insert
    }

    deinit {
        // Otherwise it goes with the connection.
        try? database.execute("DROP TABLE temp.intake")
    }

    package func add(_ callback: NewCallback) throws(DatabaseError) {
        let (profile, url): (String?, String?) =
            switch callback.target {
            case .profile(let id): (id, nil)
            case .url(let url): (nil, url)
            }
        insert.bind([
            .text(callback.company), .text(callback.callbackID), .text(callback.target.lane),
            Value(profile), Value(url), .text(callback.channel), Value(callback.event),
            .text(callback.variables),
        ])
        try insert.run()
    }

    /// Takes all of them over: they are on the disk when it returns, all or none.
    ///
    /// One whose id is known changes nothing.
    package func takeOver(now: Instant) throws(DatabaseError) {
        try database.transaction { () throws(DatabaseError) in
            let last = try database.integer("SELECT max(id) FROM callbacks")
            try database.execute(Self.lanes, [Value(Pace.fresh.rawValue), Value(now.milliseconds)])
            try database.execute(
                Self.callbacks, [Value(now.milliseconds), Value(RetryRule.attempts)])
            try database.execute(Self.due, [Value(now.milliseconds), .integer(last)])
        }
    }

    /// The ids of all, in their order.
    package func forEachID(_ body: (String) -> Void) throws(DatabaseError) {
        let ids = try database.prepare("SELECT callback_id FROM temp.intake ORDER BY number")
        while try ids.step() { body(ids.text(0)) }
    }

    private static let lanes = """
        INSERT INTO lanes(company, name, pace, created_at)
            SELECT DISTINCT company, lane, ?1, ?2 FROM temp.intake WHERE true
        ON CONFLICT(company, name) DO NOTHING
        """

    private static let callbacks = """
        INSERT INTO callbacks(
            company, callback_id, lane, state, due, attempts, tries_left, created_at, profile, url,
            channel, event, variables)
        SELECT new.company, new.callback_id, lanes.id, 0, ?1, 0, ?2, ?1, new.profile, new.url,
            new.channel, new.event, new.variables
        FROM temp.intake AS new CROSS JOIN lanes
            ON lanes.company = new.company AND lanes.name = new.lane
        WHERE true ORDER BY new.number
        ON CONFLICT(company, callback_id) DO NOTHING
        """

    private static let due = """
        UPDATE lanes SET next_due = min(ifnull(next_due, ?1), ?1)
        WHERE id IN (SELECT lane FROM callbacks WHERE id > ?2)
        """
}
