import ReportDelivery
import SQL
import Storage
import Testing

/// Ledgers that an older version of the program wrote.
@Suite struct OlderLedgerTests {
    /// The first version stored text and HTML in addition to the email that contains them.
    @Test func storedTextAndHTMLAreReplacedByThoseOfTheMail() throws {
        let fixture = try RunFixture()
        try fixture.run("2026-03-01T12:00")
        try fixture.run("2026-03-01T17:00")
        let text = try fixture.ledger.form(.text, ofReport: 1)
        try fixture.database.execute("INSERT INTO report_forms VALUES(1, 'text', 'as it was')")
        try fixture.database.execute("INSERT INTO report_forms VALUES(1, 'html', 'as it was')")
        try fixture.database.execute("DROP TABLE operator_refusal")
        try fixture.database.execute("ALTER TABLE reports DROP COLUMN subject")
        try fixture.database.execute("DROP TABLE revisions")
        try fixture.database.execute("ALTER TABLE reports DROP COLUMN fingerprint")
        try fixture.database.execute("DROP TABLE alert_subjects")
        try fixture.database.execute("ALTER TABLE deliveries DROP COLUMN channel")
        try fixture.database.execute("DROP TABLE unfinished_runs")
        try fixture.database.execute("ALTER TABLE runs DROP COLUMN user")
        try fixture.database.execute(
            "UPDATE schema_versions SET version = 1 WHERE owner = 'ledger'")
        let ledger = try ReportLedger(fixture.database)
        #expect(
            try fixture.database.rows("SELECT form FROM report_forms ORDER BY form") { $0.text(0) }
                == ["csv", "json"])
        #expect(try ledger.form(.text, ofReport: 1) == text)
        #expect(text?.hasPrefix("Daily callback report for Example\n") == true)
        #expect(try ledger.form(.html, ofReport: 1)?.hasPrefix("<!DOCTYPE html>") == true)
    }
}
