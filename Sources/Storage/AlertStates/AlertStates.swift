package import Alerts
import CivilTime
package import DeliveryLog
import SQL
package import StorageErrors

/// What a state of alerts is about.
package enum AlertSubject: Hashable, Sendable {
    case endpoint(Endpoint)
    /// The log of a company.
    case log

    /// The key in the table.
    var key: String {
        switch self {
        case .log: "log"
        case .endpoint(.unknown): "unknown"
        case .endpoint(.profile(let id)): "profile:\(id)"
        case .endpoint(.origin(let origin)): "origin:\(origin)"
        }
    }

    init(key: String) {
        // A combining mark after the colon is part of the colon's `Character`.
        let colon = key.utf8.firstIndex(of: UInt8(ascii: ":"))
        let name = String(key[..<(colon ?? key.endIndex)])
        let value = colon.map { String(key[key.utf8.index(after: $0)...]) }
        self =
            switch (name, value) {
            case ("profile", let id?): .endpoint(.profile(id))
            case ("origin", let origin?): .endpoint(.origin(origin))
            case ("log", nil): .log
            default: .endpoint(.unknown)
            }
    }
}

/// A state with the revision that a change must name.
package struct StoredAlertState: Hashable, Sendable {
    package var state: AlertState
    /// 0 if the state is not stored.
    package var revision: Int64

    package init(_ state: AlertState = AlertState(), revision: Int64 = 0) {
        self.state = state
        self.revision = revision
    }
}

/// The store of the states that alerts are derived from.
///
/// Guarantees:
/// - Every change is one conditional update. Of several evaluations that see the same state, one
///   changes it. The others change nothing, and send no notice.
/// - A change and its notice are committed together if they are written in one transaction of the
///   ledger on the same connection.
///
/// An endpoint without a row is healthy. The store owns the tables `alert_states` and `alert_clock`.
package final class AlertStates {
    private let database: Database

    package init(in log: AttemptLog) throws(StorageError) {
        database = log.database
        try database.migrate(Self.schema)
    }

    /// - `alert_states.subject` is an ``AlertSubject``. Times are in milliseconds.
    /// - `alert_clock` has one row, the ``AlertClock``.
    static let schema = Schema(
        owner: "alerts",
        steps: [
            """
            CREATE TABLE alert_states(
                company TEXT NOT NULL,
                subject TEXT NOT NULL,
                revision INTEGER NOT NULL,
                condition TEXT NOT NULL,
                since INTEGER,
                first_failure INTEGER,
                last_failure INTEGER,
                affected INTEGER NOT NULL,
                recovers_from INTEGER,
                counted_from INTEGER,
                failing_notice INTEGER,
                recovered_notice INTEGER,
                pending TEXT,
                pending_since INTEGER,
                unreported INTEGER NOT NULL,
                warnings INTEGER NOT NULL,
                PRIMARY KEY(company, subject)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE alert_clock(
                id INTEGER PRIMARY KEY CHECK (id = 1),
                evaluated_at INTEGER NOT NULL,
                interval INTEGER NOT NULL,
                trusted_since INTEGER
            ) STRICT;
            """
        ])

    /// Returns the stored states by company. Most endpoints are healthy and have none.
    package func states() throws(StorageError) -> [String: [AlertSubject: StoredAlertState]] {
        let rows = try database.rows(
            "SELECT company, subject, revision, \(Self.columns) FROM alert_states"
        ) {
            row in
            (
                company: row.text(0), subject: AlertSubject(key: row.text(1)),
                state: StoredAlertState(AlertState(row, from: 3), revision: row.integer(2))
            )
        }
        var states: [String: [AlertSubject: StoredAlertState]] = [:]
        for row in rows { states[row.company, default: [:]][row.subject] = row.state }
        return states
    }

    /// Changes a state, unless another evaluation has changed it since it was read.
    ///
    /// - Parameters:
    ///   - new: The new state; nil to forget it.
    ///   - old: The state as it was read.
    /// - Returns: Whether it was changed.
    package func replace(
        _ old: StoredAlertState, with new: AlertState?, of subject: AlertSubject, _ company: String
    ) throws(StorageError) -> Bool {
        let key: [Value] = [.text(company), .text(subject.key), .integer(old.revision)]
        guard let new else {
            return try database.change(
                "DELETE FROM alert_states WHERE company = ? AND subject = ? AND revision = ?", key)
                == 1
        }
        if old.revision == 0 {
            return try database.change(
                """
                INSERT INTO alert_states(company, subject, revision, \(Self.columns))
                VALUES(?1, ?2, ?3 + 1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
                ON CONFLICT DO NOTHING
                """, key + new.values) == 1
        }
        return try database.change(
            """
            UPDATE alert_states SET revision = revision + 1, condition = ?4, since = ?5,
                first_failure = ?6, last_failure = ?7, affected = ?8, recovers_from = ?9,
                counted_from = ?10, failing_notice = ?11, recovered_notice = ?12, pending = ?13,
                pending_since = ?14, unreported = ?15, warnings = ?16
            WHERE company = ?1 AND subject = ?2 AND revision = ?3
            """, key + new.values) == 1
    }

    /// Forgets the states of a company without alerts.
    package func forget(company: String) throws(StorageError) {
        try database.execute("DELETE FROM alert_states WHERE company = ?", [.text(company)])
    }

    package func clock() throws(StorageError) -> AlertClock {
        let sql = "SELECT evaluated_at, interval, trusted_since FROM alert_clock"
        return try database.row(sql) {
            AlertClock(
                evaluatedAt: $0.instant(0), interval: $0.integer(1),
                trustedSince: $0.optionalInstant(2))
        } ?? AlertClock()
    }

    /// Records a clock. The record need not survive a power failure.
    package func record(_ clock: AlertClock) throws(StorageError) {
        guard let evaluatedAt = clock.evaluatedAt else { return }
        try database.transaction(durable: .deferred) { () throws(StorageError) in
            try database.execute(
                "INSERT OR REPLACE INTO alert_clock VALUES(1, ?, ?, ?)",
                [
                    .integer(evaluatedAt.milliseconds), .integer(clock.interval),
                    Value(clock.trustedSince?.milliseconds),
                ])
        }
    }

    private static let columns = """
        condition, since, first_failure, last_failure, affected, recovers_from, counted_from,
        failing_notice, recovered_notice, pending, pending_since, unreported, warnings
        """
}

extension AlertState {
    /// Decodes the columns from `column` on.
    fileprivate init(_ row: borrowing Statement, from column: Int32) {
        self.init()
        condition = AlertCondition(rawValue: row.text(column)) ?? .healthy
        since = row.optionalInstant(column + 1)
        firstFailure = row.optionalInstant(column + 2)
        lastFailure = row.optionalInstant(column + 3)
        affected = row.count(column + 4)
        recoversFrom = row.optionalInstant(column + 5)
        countedFrom = row.optionalInstant(column + 6)
        lastFailingNotice = row.optionalInstant(column + 7)
        lastRecoveredNotice = row.optionalInstant(column + 8)
        pending = row.optionalText(column + 9).flatMap(AlertKind.init(rawValue:))
        pendingSince = row.optionalInstant(column + 10)
        unreported = row.count(column + 11)
        warnings = DisableWarnings(rawValue: row.int(column + 12))
    }

    fileprivate var values: [Value] {
        [
            .text(condition.rawValue), Value(since?.milliseconds),
            Value(firstFailure?.milliseconds), Value(lastFailure?.milliseconds), Value(affected),
            Value(recoversFrom?.milliseconds), Value(countedFrom?.milliseconds),
            Value(lastFailingNotice?.milliseconds), Value(lastRecoveredNotice?.milliseconds),
            Value(pending?.rawValue), Value(pendingSince?.milliseconds), Value(unreported),
            Value(warnings.rawValue),
        ]
    }
}
