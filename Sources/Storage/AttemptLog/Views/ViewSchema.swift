/// The views for readers who query the file with SQL. Their columns are documented in
/// docs/storage.md and stay as they are: add columns at the end, or another view.
///
/// A new ``Outcome`` or ``Reason`` needs another step that creates the views again.
enum ViewSchema {
    /// - `company_zones` has the time zone of each configured company, and the release of the tz
    ///   database that its offsets come from.
    /// - `zone_offsets` has the offsets of these zones from UTC in seconds, from an instant on.
    ///
    /// `v_daily` adds up the rows of one route before it looks up their words, because a log has
    /// many attempts and few routes.
    static let step =
        """
        CREATE TABLE company_zones(
            sid TEXT PRIMARY KEY,
            zone TEXT NOT NULL,
            release TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE zone_offsets(
            zone TEXT NOT NULL,
            start INTEGER NOT NULL,
            seconds INTEGER NOT NULL,
            PRIMARY KEY(zone, start)
        ) STRICT, WITHOUT ROWID;
        CREATE VIEW v_attempts AS
            SELECT companies.sid AS company, attempts.callback_id, attempts.attempt,
                strftime('%Y-%m-%dT%H:%M:%fZ', attempts.finished_at / 1000.0, 'unixepoch')
                    AS finished_at,
                attempts.finished_at AS finished_ms,
                \(outcome("attempts")) AS outcome, \(reason("attempts")) AS reason,
                attempts.status, attempts.duration AS duration_ms,
                attempts.standing <> 1 AS is_latest,
                profiles.profile_id,
                ifnull(profiles.title, profiles.recorded_title) AS profile_title,
                channels.text AS channel, events.text AS event, methods.text AS method,
                origins.text AS origin
            FROM attempts JOIN companies ON companies.id = attempts.company
                JOIN routes ON routes.id = attempts.route
                LEFT JOIN profiles ON profiles.id = routes.profile
                LEFT JOIN labels AS channels ON channels.id = routes.channel
                LEFT JOIN labels AS events ON events.id = routes.event
                LEFT JOIN labels AS methods ON methods.id = routes.method
                LEFT JOIN labels AS origins ON origins.id = routes.origin;
        CREATE VIEW v_callbacks AS SELECT * FROM v_attempts WHERE is_latest;
        CREATE VIEW v_daily AS
            SELECT companies.sid AS company, date(counted.day * 86400, 'unixepoch') AS day,
                profiles.profile_id, origins.text AS origin, channels.text AS channel,
                \(outcome("counted")) AS outcome, \(reason("counted")) AS reason,
                sum(counted.callbacks) AS callbacks
            FROM (
                SELECT attempts.company, attempts.route, attempts.outcome, attempts.reason,
                    (attempts.finished_at / 1000 + ifnull((
                        SELECT seconds FROM zone_offsets
                        WHERE zone = zones.zone AND start <= attempts.finished_at
                        ORDER BY start DESC LIMIT 1), 0)) / 86400 AS day,
                    count(*) AS callbacks
                FROM attempts LEFT JOIN (
                    SELECT id, zone FROM companies JOIN company_zones USING (sid)
                ) AS zones ON zones.id = attempts.company
                WHERE attempts.standing <> 1
                GROUP BY 1, 2, 3, 4, 5
            ) AS counted JOIN companies ON companies.id = counted.company
                JOIN routes ON routes.id = counted.route
                LEFT JOIN profiles ON profiles.id = routes.profile
                LEFT JOIN labels AS channels ON channels.id = routes.channel
                LEFT JOIN labels AS origins ON origins.id = routes.origin
            GROUP BY counted.company, counted.day, routes.profile, routes.origin,
                routes.channel, counted.outcome, counted.reason;
        """

    private static func outcome(_ table: String) -> String {
        """
        CASE \(table).outcome WHEN 0 THEN 'retrying' WHEN 1 THEN 'failed'
            WHEN 2 THEN 'delivered' END
        """
    }

    private static func reason(_ table: String) -> String {
        """
        CASE \(table).reason WHEN 0 THEN 'http_3xx' WHEN 1 THEN 'http_4xx'
            WHEN 2 THEN 'http_5xx' WHEN 3 THEN 'timeout' WHEN 4 THEN 'dns'
            WHEN 5 THEN 'connect' WHEN 6 THEN 'tls' WHEN 7 THEN 'blocked'
            WHEN 8 THEN 'disabled' WHEN 9 THEN 'other' END
        """
    }
}
