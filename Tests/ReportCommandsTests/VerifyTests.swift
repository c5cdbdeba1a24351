import TestSupport
import Testing

/// `verify`: compares the stored counts with the log.
@Suite struct VerifyTests {
    @Test func acceptsACorrectLog() throws {
        let line =
            "checked 8 attempts of 7 callbacks against 10 stored counts: all counts are correct\n"
        #expect(try CommandFixture.filled().run("verify") == prints(line))
    }

    @Test func reportsEachWrongCount() throws {
        let fixture = try CommandFixture.filled()
        let run = try fixture.shell(
            """
            sqlite3 callbacks.db "UPDATE counts SET failed = 5 WHERE failed = 1"
            callback-reports verify
            """)
        let words =
            "stored 0 delivered, 5 failed, 0 retrying; "
            + "recounted 0 delivered, 1 failed, 0 retrying"
        #expect(
            run
                == ProgramRun(
                    output: "checked 8 attempts of 7 callbacks against 10 stored counts: "
                        + "the counts are wrong\n",
                    errors: """
                        HXXXXXXX071IN, 15 minutes from 2026-11-25T03:00:00Z: \(words)
                        HXXXXXXX071IN, 15 minutes from 2026-11-25T06:00:00Z: \(words)

                        """, status: 65))
    }

    @Test func reportsAnAttemptMissingFromTheLog() throws {
        let fixture = try CommandFixture.filled()
        let run = try fixture.shell(
            """
            sqlite3 callbacks.db "DELETE FROM attempts WHERE callback_id = 'c-2'"
            callback-reports verify
            """)
        #expect(run.status == 65)
        let words =
            "stored 0 delivered, 1 failed, 0 retrying; recounted 0 delivered, 0 failed, "
            + "0 retrying"
        #expect(run.errors.contains("15 minutes from 2026-11-25T03:00:00Z: \(words)\n"))
        #expect(run.errors.contains("HXXXXXXX071IN, day from 2026-11-25T00:00:00Z: "))
    }

    @Test func repairNamesDeletedAttempts() throws {
        let run = try CommandFixture.filled().shell(
            """
            sqlite3 callbacks.db "DELETE FROM attempts WHERE callback_id = 'c-2'"
            callback-reports verify --repair
            echo $?
            callback-reports verify --repair
            """)
        #expect(
            run.errors == """
                attempts, 15 minutes from 2026-11-25T03:00:00Z: checksum mismatch; another program \
                changed or deleted a row
                attempts: the repair lowers the counts by 1 callback; import the logs of that time again

                """)
        #expect(run.output.contains("all counts are correct\n65\n"))
        #expect(run.status == 0)
    }

    @Test func limitsTheNumberOfReportedDifferences() throws {
        let run = try CommandFixture.filled().shell(
            """
            for hour in $(seq 10 34); do
                callback-reports record --company HA --callback-id "h-$hour" --status 200 \
                    --finished-at "$((1790000000 + hour * 3600))" 2>/dev/null
            done
            sqlite3 callbacks.db "UPDATE counts SET delivered = 7"
            callback-reports verify
            """)
        #expect(run.status == 65)
        #expect(run.errors.split(separator: "\n").count == 21)
        #expect(run.errors.hasSuffix("more differences\n"))
    }

    @Test func reportsAnAttemptMissingInTheIndex() throws {
        let run = try CommandFixture.filled().shell(
            """
            sqlite3 callbacks.db "DELETE FROM segment_entries"
            callback-reports verify
            """)
        #expect(run.status == 65)
        #expect(
            run.output.hasSuffix(
                "the counts are correct, but the database is damaged (see above)\n"))
        #expect(run.errors.contains("missing from the callback index"))
    }

    /// A failed check never ends with a line that all is well.
    @Test func saysThatTheDatabaseIsDamagedThoughTheCountsAreCorrect() throws {
        let run = try CommandFixture.filled().shell(
            """
            sqlite3 callbacks.db "UPDATE attempts SET status = 599 WHERE callback_id = 'c-2'"
            callback-reports verify
            """)
        #expect(run.status == 65)
        #expect(run.errors.hasPrefix("database: "))
        #expect(
            run.output
                == "checked 8 attempts of 7 callbacks against 10 stored counts: "
                + "the counts are correct, but the database is damaged (see above)\n")
    }
}
