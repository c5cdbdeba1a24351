import SQL

extension AttemptLog {
    /// The tables of the log. No other module reads or writes them.
    ///
    /// - `attempts` is the source of truth, ordered by time to a quarter hour (see
    ///   ``AttemptRowID``). `routes` has the values that rows share. For `standing`, see
    ///   ``Supersession``.
    /// - `callback_segments`, `segment_filters` and `segment_entries` locate the attempts at a
    ///   callback (see ``CallbackIndex``). `index_key` is the key of its hashes. Only callbacks with
    ///   several attempts are in an SQLite index, `attempts_by_callback`.
    /// - `profiles` has the profiles in attempts, and what the gateway reports about its own: a
    ///   title, and since when a profile is disabled because its endpoint failed.
    /// - `routes.last_day` is a UTC day, counted from 1970, after which no attempt has the route.
    ///   `labels.is_counted` is 1 if `counts` may refer to a label, which is then never deleted
    ///   (see ``DimensionPruning``).
    /// - `attempt_checksums` has one row per quarter hour with attempts (see
    ///   ``AttemptChecksums``).
    /// - `counts` is updated in the transaction of each attempt. It has one row per company, level
    ///   (quarter hour or day, UTC) and start, with totals that are readable without the cells.
    /// - `endpoint_days` marks the quarter hours in which endpoints had attempts (see
    ///   ``EndpointDays``). `routes.endpoint` is an ``EndpointNumber``.
    /// - `profiles.recorded_title` is the title in the record that finished last. `profiles.title`
    ///   is the gateway's.
    /// - `shared_callbacks` has the attempts that ended at one endpoint and are hidden by an
    ///   attempt of the same callback ID at another endpoint (see ``SharedCallbacks``).
    /// - `replays` has the callbacks that someone sent again, with the number of attempts before
    ///   (see ``ReplayMarks``).
    /// - `company_zones`, `zone_offsets` and the views `v_…` are for readers of the file (see
    ///   ``ViewSchema``).
    /// - `pending_builds` lists what code must complete after a migration, and from which place in
    ///   `attempts` on.
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
            """,
            """
            CREATE TABLE routes(
                id INTEGER PRIMARY KEY,
                company INTEGER NOT NULL REFERENCES companies,
                profile INTEGER NOT NULL,
                channel INTEGER NOT NULL,
                event INTEGER NOT NULL,
                method INTEGER NOT NULL,
                origin INTEGER NOT NULL,
                UNIQUE(company, profile, channel, event, method, origin)
            ) STRICT;
            INSERT INTO routes(company, profile, channel, event, method, origin)
                SELECT DISTINCT company, ifnull(profile, 0), ifnull(channel, 0),
                    ifnull(event, 0), ifnull(method, 0), ifnull(origin, 0)
                FROM attempts;
            DROP INDEX attempts_superseded;
            DROP INDEX attempts_failed;
            ALTER TABLE attempts RENAME TO former_attempts;
            CREATE TABLE attempts(
                place INTEGER PRIMARY KEY,
                company INTEGER NOT NULL,
                route INTEGER NOT NULL,
                callback_id TEXT NOT NULL,
                attempt INTEGER NOT NULL,
                finished_at INTEGER NOT NULL,
                outcome INTEGER NOT NULL,
                standing INTEGER NOT NULL,
                reason INTEGER,
                status INTEGER,
                duration INTEGER
            ) STRICT;
            INSERT INTO attempts
                SELECT (finished_at / 900000 << 34) - 1 + row_number() OVER (
                        PARTITION BY finished_at / 900000 ORDER BY finished_at),
                    old.company, routes.id, callback_id, attempt, finished_at, outcome,
                    CASE WHEN superseded THEN 1
                        WHEN (SELECT count(*) FROM former_attempts AS other
                            WHERE other.company = old.company
                                AND other.callback_id = old.callback_id) > 1 THEN 2
                        ELSE 0 END,
                    reason, status, duration
                FROM former_attempts AS old JOIN routes ON routes.company = old.company
                    AND routes.profile = ifnull(old.profile, 0)
                    AND routes.channel = ifnull(old.channel, 0)
                    AND routes.event = ifnull(old.event, 0)
                    AND routes.method = ifnull(old.method, 0)
                    AND routes.origin = ifnull(old.origin, 0)
                ORDER BY 1;
            DROP TABLE former_attempts;
            CREATE INDEX attempts_by_callback
                ON attempts(company, callback_id, attempt, finished_at) WHERE standing > 0;
            CREATE INDEX attempts_superseded ON attempts(company, finished_at)
                WHERE standing = 1;
            CREATE INDEX attempts_failed ON attempts(company, finished_at)
                WHERE outcome = 1 AND standing <> 1;
            CREATE TABLE callback_runs(
                run INTEGER PRIMARY KEY,
                count INTEGER NOT NULL,
                parts INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE callback_filters(
                key INTEGER PRIMARY KEY,
                bits BLOB NOT NULL
            ) STRICT;
            CREATE TABLE callback_entries(
                key INTEGER PRIMARY KEY,
                entries BLOB NOT NULL
            ) STRICT;
            """,
            "ALTER TABLE profiles ADD COLUMN disabled_at INTEGER",
            """
            ALTER TABLE callback_runs ADD COLUMN pages INTEGER NOT NULL DEFAULT 1;
            UPDATE callback_runs SET pages = parts;
            """,
            """
            ALTER TABLE routes ADD COLUMN endpoint INTEGER GENERATED ALWAYS AS (
                iif(profile > 0, profile, iif(origin > 0, origin + 1099511627776, 0))) VIRTUAL;
            ALTER TABLE profiles ADD COLUMN recorded_title TEXT;
            ALTER TABLE profiles ADD COLUMN recorded_title_at INTEGER;
            CREATE TABLE endpoint_days(
                company INTEGER NOT NULL REFERENCES companies,
                endpoint INTEGER NOT NULL,
                day INTEGER NOT NULL,
                delivered_early INTEGER NOT NULL,
                delivered_late INTEGER NOT NULL,
                undelivered_early INTEGER NOT NULL,
                undelivered_late INTEGER NOT NULL,
                PRIMARY KEY(company, endpoint, day)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX endpoint_days_delivered ON endpoint_days(company, endpoint, day)
                WHERE (delivered_early | delivered_late) > 0;
            CREATE TABLE pending_builds(name TEXT PRIMARY KEY) STRICT;
            INSERT INTO pending_builds VALUES('endpoints');
            """,
            """
            CREATE TABLE shared_callbacks(
                company INTEGER NOT NULL REFERENCES companies,
                finished_at INTEGER NOT NULL, -- of the attempt that is hidden
                callback_id TEXT NOT NULL,
                endpoint INTEGER NOT NULL,
                other INTEGER NOT NULL,
                PRIMARY KEY(company, finished_at, callback_id)
            ) STRICT, WITHOUT ROWID;
            INSERT INTO shared_callbacks
                SELECT old.company, old.finished_at, old.callback_id,
                    min(min(one.endpoint), min(two.endpoint)),
                    max(max(one.endpoint), max(two.endpoint))
                FROM attempts AS old JOIN routes AS one ON one.id = old.route
                    JOIN attempts AS later INDEXED BY attempts_by_callback
                        ON later.standing > 0 AND later.company = old.company
                        AND later.callback_id = old.callback_id
                        AND (later.attempt, later.finished_at) > (old.attempt, old.finished_at)
                    JOIN routes AS two ON two.id = later.route
                WHERE old.standing = 1 AND old.outcome > 0 AND later.outcome > 0
                    AND one.endpoint > 0 AND two.endpoint > 0 AND one.endpoint <> two.endpoint
                    AND (one.endpoint > 1099511627776) = (two.endpoint > 1099511627776)
                GROUP BY old.company, old.finished_at, old.callback_id;
            """,
            // Programs that know only the index without a key fail, instead of writing to it.
            """
            DROP TABLE callback_runs;
            DROP TABLE callback_filters;
            DROP TABLE callback_entries;
            CREATE TABLE index_key(
                id INTEGER PRIMARY KEY CHECK (id = 1),
                key BLOB NOT NULL
            ) STRICT;
            INSERT INTO index_key VALUES(1, randomblob(16));
            CREATE TABLE callback_segments(
                segment INTEGER PRIMARY KEY,
                count INTEGER NOT NULL,
                filters INTEGER NOT NULL,
                pages INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE segment_filters(
                key INTEGER PRIMARY KEY,
                bits BLOB NOT NULL
            ) STRICT;
            CREATE TABLE segment_entries(
                key INTEGER PRIMARY KEY,
                entries BLOB NOT NULL
            ) STRICT;
            ALTER TABLE pending_builds ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
            INSERT INTO pending_builds(name) VALUES('callback index');
            """,
            """
            ALTER TABLE routes ADD COLUMN last_day INTEGER NOT NULL DEFAULT 0;
            UPDATE routes SET last_day = (SELECT (ifnull(max(place), 0) >> 34) / 96 FROM attempts);
            ALTER TABLE labels ADD COLUMN is_counted INTEGER NOT NULL DEFAULT 0;
            UPDATE labels SET is_counted = 1 WHERE id IN (
                SELECT channel FROM routes UNION SELECT origin FROM routes WHERE profile = 0);
            """,
            """
            CREATE TABLE attempt_checksums(
                quarter INTEGER PRIMARY KEY,
                checksum INTEGER NOT NULL
            ) STRICT;
            INSERT INTO pending_builds(name) VALUES('checksums');
            ALTER TABLE log_limit ADD COLUMN copy INTEGER;
            UPDATE log_limit SET copy = pruned_before;
            """,
            """
            CREATE TABLE replays(
                company TEXT NOT NULL,
                callback_id TEXT NOT NULL,
                attempts INTEGER NOT NULL,
                replayed_at INTEGER NOT NULL,
                PRIMARY KEY(company, callback_id)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX replays_by_time ON replays(replayed_at);
            """,
            """
            -- the quarter hours of attempts that were ahead of the clock when they were recorded
            CREATE TABLE ahead_quarters(
                start INTEGER PRIMARY KEY,
                recorded_at INTEGER NOT NULL
            ) STRICT;
            -- the clock of the first command that wrote, and of the latest one before the first run
            CREATE TABLE clock_seen(
                id INTEGER PRIMARY KEY CHECK (id = 1),
                first_at INTEGER NOT NULL,
                latest_at INTEGER NOT NULL
            ) STRICT;
            """,
            ViewSchema.step,
        ])
}
