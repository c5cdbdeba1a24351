import SQL

extension ReportLedger {
    /// The tables of the ledger. No other module reads or writes them.
    ///
    /// - `series` has since when the reports of a company and frequency are counted.
    /// - `reports` has a row for each claimed or skipped occurrence, with the stored content. The
    ///   formats that are not part of an email are in `report_forms`.
    /// - `operator_refusal` has a row while the operator's address refuses notices.
    /// - `deliveries` has a row for each recipient of a report. An email consists of its own header
    ///   and the body of the report, so its bytes are the same at every attempt.
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
        ])
}
