import SQL

extension CallbackQueue {
    /// The tables of the queue. No other module reads or writes them.
    ///
    /// - `lanes` has one row for each profile, and one for each origin of bare URLs: an endpoint
    ///   queue. A claim finds the queues with due callbacks without reading the callbacks of a
    ///   queue that has no room. `next_due` is the earliest due time among the queue's waiting
    ///   callbacks.
    /// - `callbacks` holds everything needed to send a callback again. `finished_at` is set in the
    ///   final states; `lease_until` and `owner` are set in flight. `part` is the position within
    ///   the callbacks of one trigger, counted from 1. 0 means the only callback, and NULL means
    ///   one of version 1.0.
    /// - `exchanges` holds what the delivery log has no columns for, one row per attempt. Times are
    ///   in microseconds since the attempt started.
    /// - `trials` holds test deliveries of profiles, which are not counted.
    static let schema = Schema(
        owner: "sending",
        steps: [
            """
            CREATE TABLE lanes(
                id INTEGER PRIMARY KEY,
                company TEXT NOT NULL,
                name TEXT NOT NULL,
                pace INTEGER NOT NULL,
                next_due INTEGER,
                created_at INTEGER NOT NULL,
                last_success INTEGER,
                UNIQUE(company, name)
            ) STRICT;
            CREATE INDEX lanes_due ON lanes(pace, next_due) WHERE next_due IS NOT NULL;
            CREATE TABLE callbacks(
                id INTEGER PRIMARY KEY,
                company TEXT NOT NULL,
                callback_id TEXT NOT NULL,
                lane INTEGER NOT NULL REFERENCES lanes,
                state INTEGER NOT NULL,
                due INTEGER NOT NULL,
                attempts INTEGER NOT NULL,
                tries_left INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                lease_until INTEGER,
                owner INTEGER,
                finished_at INTEGER,
                profile TEXT,
                url TEXT,
                channel TEXT NOT NULL,
                event TEXT,
                variables TEXT NOT NULL,
                UNIQUE(company, callback_id)
            ) STRICT;
            CREATE INDEX callbacks_waiting ON callbacks(lane, due) WHERE state = 0;
            CREATE INDEX callbacks_in_flight ON callbacks(lease_until) WHERE state = 1;
            CREATE INDEX callbacks_failed ON callbacks(lane, finished_at) WHERE state = 3;
            CREATE TABLE exchanges(
                callback INTEGER NOT NULL REFERENCES callbacks ON DELETE CASCADE,
                attempt INTEGER NOT NULL,
                version INTEGER,
                address TEXT,
                name_lookup INTEGER NOT NULL,
                connect INTEGER NOT NULL,
                tls INTEGER NOT NULL,
                first_byte INTEGER NOT NULL,
                total INTEGER NOT NULL,
                fault TEXT,
                head BLOB NOT NULL,
                PRIMARY KEY(callback, attempt)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE trials(
                id INTEGER PRIMARY KEY,
                company TEXT NOT NULL,
                callback_id TEXT NOT NULL,
                profile TEXT NOT NULL,
                version INTEGER NOT NULL,
                finished_at INTEGER NOT NULL,
                reason INTEGER,
                status INTEGER,
                method TEXT NOT NULL,
                origin TEXT NOT NULL,
                address TEXT,
                name_lookup INTEGER NOT NULL,
                connect INTEGER NOT NULL,
                tls INTEGER NOT NULL,
                first_byte INTEGER NOT NULL,
                total INTEGER NOT NULL,
                fault TEXT,
                head BLOB NOT NULL
            ) STRICT;
            CREATE INDEX trials_by_company ON trials(company, finished_at);
            """,
            "ALTER TABLE callbacks ADD COLUMN part INTEGER",
            // A claim finds the queues of each company without reading those of another.
            """
            CREATE INDEX lanes_due_by_company ON lanes(pace, company, next_due)
                WHERE next_due IS NOT NULL;
            """,
            // Pruning finds the oldest finished callbacks, even after replays.
            """
            CREATE INDEX callbacks_over ON callbacks(finished_at) WHERE finished_at IS NOT NULL;
            CREATE INDEX trials_by_time ON trials(finished_at);
            """,
        ])
}
