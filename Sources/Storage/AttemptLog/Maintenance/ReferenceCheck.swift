import Alerts
import DeliveryLog
import SQL
import StorageErrors

/// Finds rows with missing references or invalid values in all tables.
///
/// The attempts are checked by ``Recount``, which reads each of them anyway.
struct ReferenceCheck {
    let database: Database

    /// A condition for rows that only damage can cause.
    private struct Rule {
        var table: String
        /// An SQL expression that identifies a row.
        var row = "id"
        var condition: String
        var problem: String
    }

    func run(_ result: inout Verification) throws(StorageError) {
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

    private func checkForeignKeys(_ result: inout Verification) throws(StorageError) {
        let rows = try database.prepare("PRAGMA foreign_key_check")
        while try rows.step() {
            let row = rows.optionalInteger(1).map { ", row \($0)" } ?? ""
            result.note("\(rows.text(0))\(row): refers to a missing row of \(rows.text(2))")
        }
    }

    /// Returns a condition that is true for invalid times.
    private static func isInvalidTime(_ columns: String...) -> String {
        columns.map { "\($0) NOT BETWEEN 0 AND \(Statement.times.upperBound)" }
            .joined(separator: " OR ")
    }

    private static func isInvalidLabel(_ column: String) -> String {
        "\(column) <> 0 AND \(column) NOT IN (SELECT id FROM labels)"
    }

    private static let rules = logRules + queueRules + ledgerRules

    /// Returns a condition that is true for marks of quarter hours that no half a day has.
    private static func isInvalidHalfDay(_ columns: String...) -> String {
        columns.map { "\($0) NOT BETWEEN 0 AND \(QuarterHours.maxHalf)" }.joined(separator: " OR ")
    }

    private static let logRules = [
        Rule(
            table: "companies", condition: "id < 1 OR sid = ''",
            problem: "its ID or SID is not valid"),
        Rule(
            table: "profiles",
            condition: "profile_id = '' OR "
                + isInvalidTime("disabled_at", "recorded_title_at"),
            problem: "its ID or a time is not valid"),
        Rule(table: "labels", condition: "text = ''", problem: "its text is empty"),
        Rule(
            table: "routes",
            condition: """
                profile <> 0 AND NOT EXISTS(
                    SELECT 1 FROM profiles
                    WHERE profiles.id = profile AND profiles.company = routes.company)
                """, problem: "refers to a profile that its company does not have"),
        Rule(
            table: "routes", condition: isInvalidLabel("channel"),
            problem: "channel refers to a missing label"
        ),
        Rule(
            table: "routes", condition: isInvalidLabel("event"),
            problem: "event refers to a missing label"),
        Rule(
            table: "routes", condition: isInvalidLabel("method"),
            problem: "method refers to a missing label"),
        Rule(
            table: "routes", condition: isInvalidLabel("origin"),
            problem: "origin refers to a missing label"),
        Rule(
            table: "labels",
            condition: """
                is_counted NOT IN (0, 1) OR is_counted = 0 AND id IN (
                    SELECT channel FROM routes UNION SELECT origin FROM routes WHERE profile = 0)
                """, problem: "it is not marked as counted"),
        Rule(
            table: "counts", row: "company || ' ' || level || ' ' || start",
            condition: """
                level NOT IN (0, 1) OR start < 0 OR start > \(Statement.times.upperBound)
                    OR start % iif(level = 1, 86400000, 900000) <> 0
                """, problem: "its level or start is not valid"),
        Rule(
            table: "counts", row: "company || ' ' || level || ' ' || start",
            condition: "min(delivered, failed, retrying) < 0",
            problem: "a count is negative"),
        Rule(
            table: "endpoint_days", row: "company || ' ' || endpoint || ' ' || day",
            condition: """
                day NOT BETWEEN -1 AND 4000000
                    OR endpoint BETWEEN 1 AND 1099511627776 AND NOT EXISTS(
                        SELECT 1 FROM profiles WHERE profiles.id = endpoint
                            AND profiles.company = endpoint_days.company)
                    OR endpoint > 1099511627776
                        AND endpoint - 1099511627776 NOT IN (SELECT id FROM labels)
                    OR \(isInvalidHalfDay(
                        "delivered_early", "delivered_late", "undelivered_early",
                        "undelivered_late"))
                """, problem: "its endpoint, day or marks are not valid"),
        Rule(
            table: "log_limit",
            condition: isInvalidTime("pruned_before")
                + " OR pruned_before % 900000 OR pruned_before IS NOT copy",
            problem:
                "pruned_before is not the start of a 15-minute interval, or differs from its copy"),
    ]

    private static let queueRules = [
        Rule(
            table: "lanes", condition: "pace NOT IN (0, 1, 2)", problem: "pace is not 0, 1 or 2"),
        Rule(
            table: "lanes", condition: isInvalidTime("next_due", "created_at", "last_success"),
            problem: "a time is not valid"),
        Rule(
            table: "lanes",
            condition: """
                EXISTS(
                    SELECT 1 FROM callbacks INDEXED BY callbacks_waiting
                    WHERE lane = lanes.id AND state = 0 AND due < ifnull(next_due, due + 1))
                """, problem: "next_due is later than a waiting callback"),
        Rule(
            table: "callbacks",
            condition: "company <> (SELECT company FROM lanes WHERE lanes.id = lane)",
            problem: "its endpoint queue belongs to another company"),
        Rule(
            table: "callbacks",
            condition: """
                state NOT IN (0, 1, 2, 3) OR (state > 1) <> (finished_at IS NOT NULL)
                    OR (state = 1) <> (lease_until IS NOT NULL) OR (profile IS NULL) = (url IS NULL)
                """, problem: "its state contradicts other columns"),
        Rule(
            table: "callbacks",
            condition: isInvalidTime("due", "created_at", "lease_until", "finished_at"),
            problem: "a time is not valid"),
        Rule(
            table: "callbacks",
            condition: """
                attempts NOT BETWEEN 0 AND 1000000 OR tries_left NOT BETWEEN -1000 AND 1000
                    OR state > 1 AND attempts < (
                        SELECT ifnull(max(attempt), 0) FROM exchanges WHERE callback = callbacks.id)
                """, problem: "its number of attempts is not valid"),
        Rule(
            table: "callbacks",
            condition: """
                profile <> (SELECT name FROM lanes WHERE lanes.id = lane)
                    OR length(CAST(callback_id AS BLOB)) NOT BETWEEN 1 AND 200
                    OR part NOT BETWEEN 0 AND 10 OR part > 0 AND callback_id NOT LIKE '%~' || part
                """, problem: "its endpoint queue or its part contradicts other columns"),
        Rule(
            table: "callbacks",
            condition: "NOT json_valid(variables) OR json_type(variables) <> 'object'",
            problem: "its variables are not a JSON object"),
        Rule(
            table: "exchanges", row: "callback || ' ' || attempt",
            condition: """
                attempt < 1 OR version < 1
                    OR min(name_lookup, connect, tls, first_byte, total) < 0
                """,
            problem: "a number is not valid"),
        Rule(
            table: "trials",
            condition: isInvalidTime("finished_at")
                + " OR version < 1 OR min(name_lookup, connect, tls, first_byte, total) < 0",
            problem: "a number or its time is not valid"
        ),
        Rule(
            table: "callback_profiles", row: "number",
            condition: """
                status NOT IN (1, 2, 3) OR \(isInvalidTime("status_since", "created_at"))
                    OR NOT EXISTS(
                        SELECT 1 FROM profile_versions AS kept
                        WHERE kept.profile = callback_profiles.number
                            AND kept.number = callback_profiles.version)
                """, problem: "its status, a time or its current version is not valid"),
        Rule(
            table: "profile_versions", row: "profile || ' ' || number",
            condition: """
                number < 1 OR \(isInvalidTime("since"))
                    OR number > (SELECT version FROM callback_profiles AS whole
                        WHERE whole.number = profile_versions.profile)
                """, problem: "since or number is not valid"
        ),
        Rule(
            table: "api_keys",
            condition: isInvalidTime("created_at")
                + " OR length(hash) <> 32 OR length(id) <> 8 OR id GLOB '*[^0-9a-f]*'",
            problem: "its ID, its hash or created_at is not valid"
        ),
        Rule(
            table: "whatsapp_numbers", row: "company || ' ' || number",
            condition: """
                number = '' OR number GLOB '*[^0-9]*' OR company <> (
                    SELECT company FROM callback_profiles AS bound
                    WHERE bound.number = whatsapp_numbers.profile)
                """, problem: "it is not a number of a profile of its company"),
    ]

    private static let alertKinds =
        AlertKind.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")

    private static let ledgerRules = [
        Rule(
            table: "series", row: "company || ' ' || frequency",
            condition: """
                enabled NOT IN (0, 1) OR frequency NOT IN ('daily', 'weekly', 'monthly')
                    OR \(isInvalidTime("counting_since", "last_occurrence"))
                """, problem: "a value is not valid"),
        Rule(
            table: "reports",
            condition: """
                frequency NOT IN ('daily', 'weekly', 'monthly', \(alertKinds))
                    OR period_start >= occurrence OR number < 1 OR (number IS NULL) = (skipped IS NULL)
                    OR min(standing_delivered, standing_failed, standing_retrying) < 0
                    OR \(isInvalidTime("occurrence", "period_start", "claimed_at"))
                """, problem: "its period or numbers are not valid"),
        Rule(
            table: "deliveries",
            condition: """
                state NOT IN ('pending', 'sending', 'accepted', 'deferred', 'rejected',
                        'uncertain', 'expired', 'removed')
                    OR attempts < 0 OR attempts > 1000000 OR operator_told NOT IN (0, 1)
                    OR \(isInvalidTime(
                        "first_attempt", "next_attempt", "lease_until", "handed_over", "finished_at"))
                """, problem: "its state, a time or a number is not valid"),
        Rule(
            table: "runs",
            condition: """
                \(isInvalidTime("finished_at", "pruned_at")) OR user NOT BETWEEN 0 AND 4294967295
                """, problem: "a time or a number is not valid"),
        Rule(
            table: "unfinished_runs", row: "owner",
            condition: """
                status NOT BETWEEN 0 AND 255 OR (ended_at IS NULL) <> (failure IS NULL)
                    OR \(isInvalidTime("started_at", "ended_at"))
                """, problem: "its status or a time is not valid"),
        Rule(
            table: "alert_states", row: "company || ' ' || subject",
            condition: """
                condition NOT IN ('healthy', 'failing', 'disabled', 'silent') OR revision < 1
                    OR pending NOT IN (\(alertKinds)) OR min(affected, unreported) < 0
                    OR \(isInvalidTime(
                        "since", "first_failure", "last_failure", "recovers_from", "counted_from",
                        "failing_notice", "recovered_notice", "pending_since"))
                """, problem: "a value is not valid"),
        Rule(
            table: "source_files",
            condition: "offset < 0 OR lines < 0 OR head_size NOT BETWEEN 0 AND 4096",
            problem: "its position is not valid"),
    ]
}
