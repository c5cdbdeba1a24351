import DeliveryLog
import SQLite

/// Looks in all tables for rows that refer to what is not there, and for values that cannot be.
///
/// The attempts themselves are checked by ``Recount``, which reads each of them anyway.
struct ReferenceCheck {
    let database: Database

    /// A condition on the rows of a table that only damage can have written.
    private struct Rule {
        var table: String
        /// What names a row; an expression.
        var row = "id"
        var condition: String
        var problem: String
    }

    func run(_ result: inout Verification) throws(DatabaseError) {
        let tables = try database.rows("SELECT name FROM sqlite_schema WHERE type = 'table'") {
            $0.text(0)
        }
        try checkForeignKeys(&result)
        for rule in Self.rules where tables.contains(rule.table) {
            let rows = try database.rows(
                "SELECT \(rule.row) FROM \(rule.table) WHERE \(rule.condition) LIMIT 21"
            ) { $0.text(0) }
            for row in rows { result.note("\(rule.table), row \(row): \(rule.problem)") }
        }
    }

    private func checkForeignKeys(_ result: inout Verification) throws(DatabaseError) {
        let rows = try database.prepare("PRAGMA foreign_key_check")
        while try rows.step() {
            let row = rows.optionalInteger(1).map { ", row \($0)" } ?? ""
            result.note("\(rows.text(0))\(row): refers to a row of \(rows.text(2)) that is missing")
        }
    }

    /// A condition that holds for a time that no table has.
    private static func isNoTime(_ columns: String...) -> String {
        columns.map { "\($0) NOT BETWEEN 0 AND \(Statement.times.upperBound)" }
            .joined(separator: " OR ")
    }

    private static func isNoLabel(_ column: String) -> String {
        "\(column) <> 0 AND \(column) NOT IN (SELECT id FROM labels)"
    }

    private static let rules = logRules + queueRules + ledgerRules

    private static let logRules = [
        Rule(
            table: "routes",
            condition: """
                profile <> 0 AND NOT EXISTS(
                    SELECT 1 FROM profiles
                    WHERE profiles.id = profile AND profiles.company = routes.company)
                """, problem: "refers to a profile that its company does not have"),
        Rule(table: "routes", condition: isNoLabel("channel"), problem: "channel is no label"),
        Rule(table: "routes", condition: isNoLabel("event"), problem: "event is no label"),
        Rule(table: "routes", condition: isNoLabel("method"), problem: "method is no label"),
        Rule(table: "routes", condition: isNoLabel("origin"), problem: "origin is no label"),
        Rule(
            table: "counts", row: "company || ' ' || level || ' ' || start",
            condition: """
                level NOT IN (0, 1) OR start < 0 OR start > \(Statement.times.upperBound)
                    OR start % iif(level = 1, 86400000, 900000) <> 0
                """, problem: "there is no such span of time"),
        Rule(
            table: "counts", row: "company || ' ' || level || ' ' || start",
            condition: "min(delivered, failed, retrying) < 0",
            problem: "counts less than nothing"),
        Rule(
            table: "endpoint_days", row: "company || ' ' || endpoint || ' ' || day",
            condition: """
                day NOT BETWEEN -1 AND 4000000
                    OR endpoint BETWEEN 1 AND 1099511627776 AND NOT EXISTS(
                        SELECT 1 FROM profiles WHERE profiles.id = endpoint
                            AND profiles.company = endpoint_days.company)
                    OR endpoint > 1099511627776
                        AND endpoint - 1099511627776 NOT IN (SELECT id FROM labels)
                """, problem: "there is no such endpoint or day"),
        Rule(
            table: "log_limit",
            condition: isNoTime("pruned_before") + " OR pruned_before % 900000",
            problem: "pruned_before is not the start of a quarter hour"),
    ]

    private static let queueRules = [
        Rule(
            table: "lanes", condition: "pace NOT IN (0, 1, 2)", problem: "pace is unknown"),
        Rule(
            table: "lanes", condition: isNoTime("next_due", "created_at", "last_success"),
            problem: "a time cannot be"),
        Rule(
            table: "lanes",
            condition: """
                EXISTS(
                    SELECT 1 FROM callbacks INDEXED BY callbacks_waiting
                    WHERE lane = lanes.id AND state = 0 AND due < ifnull(next_due, due + 1))
                """, problem: "next_due is later than a callback that waits"),
        Rule(
            table: "callbacks",
            condition: "company <> (SELECT company FROM lanes WHERE lanes.id = lane)",
            problem: "its endpoint queue belongs to another company"),
        Rule(
            table: "callbacks",
            condition: """
                state NOT IN (0, 1, 2, 3) OR (state > 1) <> (finished_at IS NOT NULL)
                    OR (state = 1) <> (lease_until IS NOT NULL) OR (profile IS NULL) = (url IS NULL)
                """, problem: "its state does not agree with the rest of it"),
        Rule(
            table: "callbacks",
            condition: isNoTime("due", "created_at", "lease_until", "finished_at"),
            problem: "a time cannot be"),
        Rule(
            table: "callbacks",
            condition: """
                attempts NOT BETWEEN 0 AND 1000000 OR tries_left NOT BETWEEN -1000 AND 1000
                    OR state > 1 AND attempts < (
                        SELECT ifnull(max(attempt), 0) FROM exchanges WHERE callback = callbacks.id)
                """, problem: "its number of attempts cannot be"),
        Rule(
            table: "exchanges", row: "callback || ' ' || attempt",
            condition: "attempt < 1 OR min(name_lookup, connect, tls, first_byte, total) < 0",
            problem: "a number cannot be"),
        Rule(
            table: "trials", condition: isNoTime("finished_at"), problem: "finished_at cannot be"),
        Rule(
            table: "callback_profiles", row: "number",
            condition: """
                status NOT IN (1, 2, 3) OR \(isNoTime("status_since", "created_at"))
                    OR NOT EXISTS(
                        SELECT 1 FROM profile_versions AS kept
                        WHERE kept.profile = callback_profiles.number
                            AND kept.number = callback_profiles.version)
                """, problem: "its status, a time or its current version cannot be"),
        Rule(
            table: "profile_versions", row: "profile || ' ' || number",
            condition: "number < 1 OR " + isNoTime("since"), problem: "since or number cannot be"),
        Rule(
            table: "api_keys", condition: isNoTime("created_at"), problem: "created_at cannot be"),
    ]

    private static let ledgerRules = [
        Rule(
            table: "series", row: "company || ' ' || frequency",
            condition: """
                enabled NOT IN (0, 1) OR frequency NOT IN ('daily', 'weekly', 'monthly')
                    OR \(isNoTime("counting_since", "last_occurrence"))
                """, problem: "a value cannot be"),
        Rule(
            table: "reports",
            condition: """
                frequency NOT IN ('daily', 'weekly', 'monthly') OR period_start >= occurrence
                    OR number < 1 OR (number IS NULL) = (skipped IS NULL)
                    OR min(standing_delivered, standing_failed, standing_retrying) < 0
                    OR \(isNoTime("occurrence", "period_start", "claimed_at"))
                """, problem: "its period or numbers cannot be"),
        Rule(
            table: "deliveries",
            condition: """
                state NOT IN ('pending', 'sending', 'accepted', 'deferred', 'rejected',
                        'uncertain', 'expired', 'removed')
                    OR attempts < 0 OR attempts > 1000000 OR operator_told NOT IN (0, 1)
                    OR \(isNoTime(
                        "first_attempt", "next_attempt", "lease_until", "handed_over", "finished_at"))
                """, problem: "its state, a time or a number cannot be"),
        Rule(
            table: "runs", condition: isNoTime("finished_at", "pruned_at"),
            problem: "a time cannot be"),
        Rule(
            table: "source_files",
            condition: "offset < 0 OR lines < 0 OR head_size NOT BETWEEN 0 AND 4096",
            problem: "its position cannot be"),
    ]
}
