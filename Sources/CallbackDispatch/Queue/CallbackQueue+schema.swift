import SQLite

extension CallbackQueue {
    /// The tables that the queue owns; no other module reads or writes them.
    ///
    /// - `lanes` has a row for each profile, and for each origin of bare URLs, so that a claim
    ///   finds those with something due, and never walks over a million callbacks of one that is
    ///   not to have more. `next_due` is the earliest of its waiting callbacks.
    /// - `callbacks` keeps what is needed to send a callback again. `finished_at` is there in the
    ///   final states, `lease_until` and `owner` in flight. `part` says which of the callbacks of
    ///   its trigger it is, counted from 1; 0 is the only one, NULL one of version 1.0.
    /// - `exchanges` is what the delivery log has no column for, an attempt a row; times are in
    ///   microseconds since the attempt began.
    /// - `trials` are tests of profiles, which no count knows.
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
            // A claim finds the lanes of each company without reading past those of another.
            """
            CREATE INDEX lanes_due_by_company ON lanes(pace, company, next_due)
                WHERE next_due IS NOT NULL;
            """,
            // Pruning finds what ended first, whatever was replayed before it.
            """
            CREATE INDEX callbacks_over ON callbacks(finished_at) WHERE finished_at IS NOT NULL;
            CREATE INDEX trials_by_time ON trials(finished_at);
            """,
        ])
}
