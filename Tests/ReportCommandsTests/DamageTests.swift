import TestSupport
import Testing

/// Impossible values and dangling references. Commands name them and exit with 65 or 74.
@Suite struct DamageTests {
    private func run(_ sql: String, _ commands: String) throws -> ProgramRun {
        try CommandFixture.filled().shell(
            """
            sqlite3 callbacks.db "PRAGMA foreign_keys = OFF; \(sql)"
            \(commands)
            """)
    }

    @Test(arguments: [
        (
            "UPDATE attempts SET finished_at = finished_at | (1 << 42) WHERE callback_id = 'c-1'",
            "finished_at does not match the 15-minute interval in its row ID"
        ),
        ("UPDATE companies SET id = id + 2", "its company is missing"),
        (
            "UPDATE profiles SET id = id + 8 WHERE id = 1",
            "refers to a profile that its company does not have"
        ),
        ("UPDATE routes SET channel = -124 WHERE id = 1", "channel refers to a missing label"),
        ("UPDATE routes SET company = 7 WHERE id = 1", "its route belongs to another company"),
        ("DELETE FROM labels", "channel refers to a missing label"),
        ("UPDATE attempts SET outcome = 77 WHERE callback_id = 'c-1'", "outcome, reason"),
    ])
    func verifyReportsTheDamage(sql: String, words: String) throws {
        let run = try run(sql, "callback-reports verify")
        #expect(run.status == 65)
        #expect(run.errors.contains(words), "\(run.errors)")
    }

    @Test(arguments: [
        ("UPDATE reports SET period_start = 576462547151823488", "history"),
        ("UPDATE reports SET occurrence = -1 WHERE id = 1", "history"),
        ("UPDATE schema_versions SET version = -2 WHERE owner = 'ledger'", "history"),
        ("UPDATE runs SET finished_at = 1 << 62", "health"),
    ])
    func anImpossibleNumberIsReportedAsDamage(sql: String, command: String) throws {
        let run = try run(
            "SELECT 1",
            """
            callback-reports run --now 2026-11-20T00:00:00Z
            callback-reports run --now 2026-11-26T00:00:00Z
            sqlite3 callbacks.db "\(sql)"
            callback-reports \(command)
            """)
        #expect(run.status == 74, "\(run)")
        #expect(run.errors.contains("has the invalid value"), "\(run.errors)")
    }
}
