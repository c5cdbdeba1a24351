import SQLite

extension DeliveryLog {
    /// The tables that the log owns; no other module reads or writes them.
    ///
    /// - `attempts` is the truth. It is clustered on time, so that the newest records meet in a
    ///   few pages and the edges of a period are one range of it. `superseded` is 1 for an
    ///   attempt that is not the latest of its callback.
    /// - `counts` is kept up to date in the transaction of each attempt: a row a company, level
    ///   (quarter hour or day, UTC) and start, with totals that can be read without the cells.
    static let schema = Schema(
        owner: "delivery log",
        steps: [
            """
            CREATE TABLE companies(
                id INTEGER PRIMARY KEY,
                sid TEXT NOT NULL UNIQUE
            ) STRICT;
            CREATE TABLE profiles(
                id INTEGER PRIMARY KEY,
                company INTEGER NOT NULL REFERENCES companies,
                profile_id TEXT NOT NULL,
                title TEXT,
                UNIQUE(company, profile_id)
            ) STRICT;
            CREATE TABLE labels(
                id INTEGER PRIMARY KEY,
                text TEXT NOT NULL UNIQUE
            ) STRICT;
            CREATE TABLE attempts(
                company INTEGER NOT NULL REFERENCES companies,
                finished_at INTEGER NOT NULL,
                callback_id TEXT NOT NULL,
                attempt INTEGER NOT NULL,
                outcome INTEGER NOT NULL,
                superseded INTEGER NOT NULL,
                reason INTEGER,
                status INTEGER,
                profile INTEGER,
                channel INTEGER,
                event INTEGER,
                method INTEGER,
                origin INTEGER,
                duration INTEGER,
                PRIMARY KEY(company, finished_at, callback_id, attempt)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX attempts_by_callback
                ON attempts(company, callback_id, attempt, finished_at);
            CREATE INDEX attempts_superseded ON attempts(company, finished_at)
                WHERE superseded = 1;
            CREATE INDEX attempts_failed ON attempts(company, finished_at)
                WHERE outcome = 1 AND superseded = 0;
            CREATE TABLE counts(
                company INTEGER NOT NULL REFERENCES companies,
                level INTEGER NOT NULL,
                start INTEGER NOT NULL,
                delivered INTEGER NOT NULL,
                failed INTEGER NOT NULL,
                retrying INTEGER NOT NULL,
                cells BLOB NOT NULL,
                PRIMARY KEY(company, level, start)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE log_limit(
                id INTEGER PRIMARY KEY CHECK (id = 1),
                pruned_before INTEGER NOT NULL
            ) STRICT;
            """
        ])
}
