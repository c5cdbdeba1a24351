package import CivilTime
import DeliveryLog
import SQL
package import StorageErrors

/// The changes that a repair of the ledger made.
package struct LedgerRepair: Hashable, Sendable {
    /// The number of deleted reports whose periods have not ended yet.
    package var forgotten = 0
    /// The number of reports of ended periods that were skipped because of the wrong clock. They
    /// are due again.
    package var dueAgain = 0
    /// The number of series that start counting now instead of in the future.
    package var started = 0
    /// The number of other timestamps in the future: of runs, claims, leases and attempts.
    package var others = 0
    /// The deleted reports that were sent, or may have been, by due time. They are sent again, with
    /// other contents, when their periods have ended.
    package var sent: [SentReport] = []

    /// A deleted report and the recipients that have it.
    package struct SentReport: Hashable, Sendable {
        package var company: String
        package var frequency: String
        package var occurrence: Instant
        package var targets: [DeliveryTarget]
    }

    package var isEmpty: Bool { self == LedgerRepair() }
}

extension ReportLedger {
    /// Returns the latest time that a run has recorded, or nil before the first run.
    package func latestTime() throws(StorageError) -> Instant? {
        let sql = """
            SELECT max(at) FROM (
                SELECT finished_at AS at FROM runs
                UNION ALL SELECT max(last_occurrence) FROM series WHERE enabled = 1
                UNION ALL SELECT max(counting_since) FROM series WHERE enabled = 1)
            """
        return try database.row(sql) { $0.optionalInstant(0) }.flatMap { $0 }
    }

    /// Undoes what a run with a clock in the future left behind.
    ///
    /// A report of a period that has not ended is deleted, even if it was sent, because its content
    /// was not true. A report of an ended period is kept if it was sent, and is due again if it was
    /// skipped.
    package func setBack(to now: Instant) throws(StorageError) -> LedgerRepair {
        try database.transaction { () throws(StorageError) in
            var repair = LedgerRepair()
            repair.sent = try sentReports(after: now)
            repair.forgotten = try change("DELETE FROM reports WHERE occurrence > ?1", now)
            repair.dueAgain = try change(
                "DELETE FROM reports WHERE skipped IS NOT NULL AND claimed_at > ?1", now)
            repair.others = try change(Self.lastOccurrences, now)
            repair.started = try change(
                "UPDATE series SET counting_since = ?1 WHERE counting_since > ?1", now)
            for sql in Self.times { repair.others += try change(sql, now) }
            return repair
        }
    }

    private func sentReports(after now: Instant) throws(StorageError) -> [LedgerRepair.SentReport] {
        let sql = """
            SELECT reports.id, company, frequency, occurrence, address, channel
            FROM reports JOIN deliveries ON deliveries.report = reports.id
            WHERE occurrence > ? AND (state IN ('accepted', 'uncertain')
                OR state = 'sending' AND handed_over IS NOT NULL)
            ORDER BY occurrence, reports.id, deliveries.id
            """
        let rows = try database.rows(sql, [.integer(now.milliseconds)]) { row in
            (
                id: row.integer(0), company: row.text(1), frequency: row.text(2),
                occurrence: row.instant(3), target: row.target(channel: 5, address: 4)
            )
        }
        var (reports, last) = ([LedgerRepair.SentReport](), Int64?.none)
        for row in rows {
            if row.id != last {
                reports.append(
                    .init(
                        company: row.company, frequency: row.frequency,
                        occurrence: row.occurrence, targets: []))
                last = row.id
            }
            reports[reports.count - 1].targets.append(row.target)
        }
        return reports
    }

    /// Runs a statement with an instant and returns the number of rows that it changed.
    private func change(_ sql: String, _ now: Instant) throws(StorageError) -> Int {
        try database.change(sql, [.integer(now.milliseconds)])
    }

    /// Moves each series back to its last remaining report.
    private static let lastOccurrences = """
        UPDATE series SET last_occurrence = (
            SELECT max(occurrence) FROM reports
            WHERE reports.company = series.company AND reports.frequency = series.frequency)
        WHERE last_occurrence > ?1 OR last_occurrence IS NOT NULL AND NOT EXISTS(
            SELECT 1 FROM reports WHERE reports.company = series.company
                AND reports.frequency = series.frequency AND occurrence = last_occurrence)
        """

    /// Ends leases and waits that are too long, and moves all other future timestamps to now.
    private static let times = [
        "UPDATE runs SET finished_at = min(finished_at, ?1), pruned_at = min(pruned_at, ?1) "
            + "WHERE finished_at > ?1 OR pruned_at > ?1",
        "UPDATE unfinished_runs SET started_at = min(started_at, ?1), ended_at = min(ended_at, ?1) "
            + "WHERE started_at > ?1 OR ended_at > ?1",
        "UPDATE reports SET claimed_at = ?1 WHERE claimed_at > ?1",
        """
        UPDATE deliveries SET next_attempt = ?1, lease_until = min(lease_until, ?1)
        WHERE next_attempt > ?1 + \(ReportRetryRule.longestWait)
        """,
        """
        UPDATE deliveries SET first_attempt = min(first_attempt, ?1),
            handed_over = min(handed_over, ?1), finished_at = min(finished_at, ?1)
        WHERE max(ifnull(first_attempt, 0), ifnull(handed_over, 0), ifnull(finished_at, 0)) > ?1
        """,
    ]
}

/// A report that needs attention.
package struct ReportIssue: Hashable, Sendable {
    package var company: String
    package var frequency: String
    /// When the report was due.
    package var due: Instant
    /// `overdue`, `waiting` or `failed`.
    package var state: String

    package init(company: String, frequency: String, due: Instant, state: String) {
        self.company = company
        self.frequency = frequency
        self.due = due
        self.state = state
    }
}

/// The emails that were not delivered.
package struct MailHealth: Hashable, Sendable {
    /// The number of emails that failed and wait for a retry, or that the last run did not send.
    package var waiting: Int
    /// The number of permanently failed emails that no later report of their series makes up for.
    package var givenUp: Int
    /// The reports of these emails. Waiting reports come first, then reports that were given up.
    /// Each group is sorted by company and due time.
    package var issues: [ReportIssue]

    /// How long an email that failed permanently counts although a newer report was prepared, in
    /// milliseconds.
    package static let memory: Int64 = 7 * 24 * 3600 * 1000
}

extension ReportLedger {
    /// Returns the emails that were not delivered. Call it within ``snapshot(_:)``.
    package func mailHealth(now: Instant) throws(StorageError) -> MailHealth {
        let givenUp = Self.givenUp(since: now.advanced(milliseconds: -MailHealth.memory))
        return MailHealth(
            waiting: try count(Self.waiting), givenUp: try count(givenUp),
            issues: try reports(Self.waiting, "waiting") + reports(givenUp, "failed"))
    }

    /// Matches emails that failed and wait for a retry, and emails that a finished run did not send:
    /// it stopped because the server was down, or it was killed while sending. Emails of a run that
    /// is still sending do not match.
    private static let waiting = """
        (state IN ('deferred', 'uncertain', 'sending') AND reply IS NOT NULL
            OR state = 'pending' AND next_attempt <= (SELECT finished_at FROM runs)
            OR state = 'sending' AND lease_until <= (SELECT finished_at FROM runs))
        """

    /// Matches permanently failed emails that belong to the latest report of a series or failed after
    /// an instant, unless a later report of the series was delivered to all recipients.
    private static func givenUp(since start: Instant) -> String {
        """
        state IN ('rejected', 'expired')
            AND (finished_at > \(start.milliseconds) OR occurrence = (
                SELECT max(occurrence) FROM reports AS latest
                WHERE latest.company = reports.company AND latest.frequency = reports.frequency))
            AND NOT EXISTS(
                SELECT 1 FROM reports AS later
                WHERE later.company = reports.company AND later.frequency = reports.frequency
                    AND later.occurrence > reports.occurrence
                    AND EXISTS(
                        SELECT 1 FROM deliveries AS mail
                        WHERE mail.report = later.id AND mail.state = 'accepted')
                    AND NOT EXISTS(
                        SELECT 1 FROM deliveries AS mail WHERE mail.report = later.id
                            AND mail.state NOT IN ('accepted', 'removed')))
        """
    }

    private static let mails = "FROM deliveries JOIN reports ON reports.id = deliveries.report"

    private func count(_ condition: String) throws(StorageError) -> Int {
        Int(try database.integer("SELECT count(*) \(Self.mails) WHERE \(condition)"))
    }

    private func reports(
        _ condition: String, _ state: String
    ) throws(StorageError) -> [ReportIssue] {
        let sql = """
            SELECT DISTINCT company, frequency, occurrence \(Self.mails) WHERE \(condition)
            ORDER BY company, occurrence
            """
        return try database.rows(sql) { row in
            ReportIssue(
                company: row.text(0), frequency: row.text(1),
                due: Instant(milliseconds: row.integer(2)), state: state)
        }
    }
}

extension ReportLedger {
    /// The tables of the ledger. No other module reads or writes them.
    ///
    /// - `series` has since when the reports of a company and frequency are counted.
    /// - `reports` has a row for each claimed or skipped occurrence, with the stored content, and
    ///   for each alert (see ``EntryKind``), whose emails have the subject `subject`. The formats
    ///   that are not part of an email are in `report_forms`.
    /// - `revisions` has a row for each earlier period whose attempts had changed when a report was
    ///   claimed, with the state that this report describes. `fingerprint` is that of the period's
    ///   attempts (see ``AttemptFingerprints``). If a report is deleted, later reports describe its
    ///   corrections again.
    /// - `unfinished_runs` has a row for each run that is running, was killed or ended with an error,
    ///   until a later run finishes.
    /// - `operator_refusal` has a row while the operator's address refuses notices.
    /// - `deliveries` has a row for each recipient of a report. An email consists of its own header
    ///   and the body of the report, so its bytes are the same at every attempt. Other channels have
    ///   their complete message in `header`, and an address without secrets (``DeliveryTarget``).
    /// - `alert_subjects` has a row for each endpoint that an alert is about (``AlertSubject``).
    static let schema = Schema(
        owner: "ledger",
        steps: [
            """
            CREATE TABLE series(
                company TEXT NOT NULL,
                frequency TEXT NOT NULL,
                enabled INTEGER NOT NULL,
                counting_since INTEGER NOT NULL,
                last_occurrence INTEGER,
                PRIMARY KEY(company, frequency)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE reports(
                id INTEGER PRIMARY KEY,
                company TEXT NOT NULL,
                frequency TEXT NOT NULL,
                occurrence INTEGER NOT NULL,
                period_start INTEGER NOT NULL,
                number INTEGER,
                claimed_at INTEGER NOT NULL,
                skipped TEXT,
                time_zone TEXT NOT NULL,
                sender TEXT,
                standing_delivered INTEGER,
                standing_failed INTEGER,
                standing_retrying INTEGER,
                body BLOB,
                UNIQUE(company, frequency, occurrence)
            ) STRICT;
            CREATE TABLE report_forms(
                report INTEGER NOT NULL REFERENCES reports ON DELETE CASCADE,
                form TEXT NOT NULL,
                content TEXT NOT NULL,
                PRIMARY KEY(report, form)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE deliveries(
                id INTEGER PRIMARY KEY,
                report INTEGER NOT NULL REFERENCES reports ON DELETE CASCADE,
                address TEXT NOT NULL,
                message_id TEXT NOT NULL,
                header BLOB NOT NULL,
                state TEXT NOT NULL,
                attempts INTEGER NOT NULL DEFAULT 0,
                first_attempt INTEGER,
                next_attempt INTEGER,
                owner TEXT,
                lease_until INTEGER,
                handed_over INTEGER,
                finished_at INTEGER,
                reply TEXT,
                operator_told INTEGER NOT NULL DEFAULT 0,
                UNIQUE(report, address)
            ) STRICT;
            CREATE INDEX deliveries_open ON deliveries(next_attempt)
                WHERE state IN ('pending', 'deferred', 'uncertain', 'sending');
            CREATE TABLE runs(
                id INTEGER PRIMARY KEY CHECK (id = 1),
                finished_at INTEGER NOT NULL,
                status INTEGER NOT NULL,
                pruned_at INTEGER
            ) STRICT;
            """,
            // Text and HTML are already part of the report's body.
            "DELETE FROM report_forms WHERE form IN ('text', 'html')",
            // The operator's address that refused a notice, and when to try it again.
            """
            CREATE TABLE operator_refusal(
                id INTEGER PRIMARY KEY CHECK (id = 1),
                address TEXT NOT NULL,
                attempts INTEGER NOT NULL,
                next_attempt INTEGER NOT NULL
            ) STRICT;
            """,
            // Alerts are entries as well: their kind is in the column `frequency`.
            "ALTER TABLE reports ADD COLUMN subject TEXT",
            """
            ALTER TABLE reports ADD COLUMN fingerprint INTEGER;
            CREATE TABLE revisions(
                report INTEGER NOT NULL REFERENCES reports ON DELETE CASCADE,
                revised INTEGER NOT NULL REFERENCES reports ON DELETE CASCADE,
                delivered INTEGER NOT NULL,
                failed INTEGER NOT NULL,
                retrying INTEGER NOT NULL,
                fingerprint INTEGER,
                PRIMARY KEY(report, revised)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX revisions_of_report ON revisions(revised);
            """,
            """
            ALTER TABLE deliveries ADD COLUMN channel TEXT NOT NULL DEFAULT 'email';
            CREATE TABLE alert_subjects(
                report INTEGER NOT NULL REFERENCES reports ON DELETE CASCADE,
                subject TEXT NOT NULL,
                PRIMARY KEY(report, subject)
            ) STRICT, WITHOUT ROWID;
            """,
            """
            ALTER TABLE runs ADD COLUMN user INTEGER;
            CREATE TABLE unfinished_runs(
                owner TEXT PRIMARY KEY,
                started_at INTEGER NOT NULL,
                process TEXT NOT NULL,
                ended_at INTEGER, -- of a run that ended with an error
                status INTEGER,
                failure TEXT
            ) STRICT, WITHOUT ROWID;
            """,
        ])
}
