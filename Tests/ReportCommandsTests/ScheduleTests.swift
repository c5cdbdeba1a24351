import TestSupport
import Testing

/// `schedule`: shows when reports are due.
@Suite struct ScheduleTests {
    @Test func listsTheNextReportsByDueTime() throws {
        let run = try CommandFixture().run(
            "schedule", "--after", "2026-11-24T17:00", "--count", "2")
        let output = """
            COMPANY        FREQUENCY  DUE                        DUE (UTC)             PERIOD
            HXXXXXXX071IN  daily      2026-11-25T17:00:00+05:30  2026-11-25T11:30:00Z  \
            from 2026-11-24T17:00:00+05:30
            HXXXXXXX071IN  weekly     2026-11-25T17:00:00+05:30  2026-11-25T11:30:00Z  \
            from 2026-11-18T17:00:00+05:30
            HXXXXXXX071IN  monthly    2026-11-25T17:00:00+05:30  2026-11-25T11:30:00Z  \
            from 2026-10-25T17:00:00+05:30
            HXXXXXXX071IN  daily      2026-11-26T17:00:00+05:30  2026-11-26T11:30:00Z  \
            from 2026-11-25T17:00:00+05:30
            HXXXXXXX071IN  weekly     2026-12-02T17:00:00+05:30  2026-12-02T11:30:00Z  \
            from 2026-11-25T17:00:00+05:30
            HXXXXXXX071IN  monthly    2026-12-25T17:00:00+05:30  2026-12-25T11:30:00Z  \
            from 2026-11-25T17:00:00+05:30

            """
        #expect(run == prints(output))
    }

    @Test func listsThemAsJSON() throws {
        let other = """
            {"sid": "HXXXXXXX072DE", "name": "Other", "timeZone": "Europe/Berlin",
             "callbackReport": {"daily": {"emailAddresses": "x@example.com", "time": "02:30"}}}
            """
        let india = CommandFixture.company.replacing(
            "\"weekly\": {", with: "\"weekly\": {\"enabled\": false, "
        )
        .replacing("\"monthly\": {", with: "\"monthly\": {\"enabled\": false, ")
        let fixture = try CommandFixture(
            CommandFixture.configuration.replacing(
                CommandFixture.company, with: india + "," + other))
        let run = try fixture.run(
            "schedule", "--after", "2027-03-27T23:00:00Z", "--count", "1", "--format", "json")
        // 02:30 does not exist in Berlin on that day, so it moves by the length of the gap.
        let output = """
            [
              {
                "company": "HXXXXXXX072DE",
                "frequency": "daily",
                "due": "2027-03-28T03:30:00+02:00",
                "dueUTC": "2027-03-28T01:30:00Z",
                "period": {
                  "start": "2027-03-27T02:30:00+01:00",
                  "end": "2027-03-28T03:30:00+02:00"
                }
              },
              {
                "company": "HXXXXXXX071IN",
                "frequency": "daily",
                "due": "2027-03-28T17:00:00+05:30",
                "dueUTC": "2027-03-28T11:30:00Z",
                "period": {
                  "start": "2027-03-27T17:00:00+05:30",
                  "end": "2027-03-28T17:00:00+05:30"
                }
              }
            ]

            """
        #expect(run == prints(output))
        let one = try fixture.run(
            "schedule", "--company", "HXXXXXXX072DE", "--after", "2027-03-28", "--count", "1")
        #expect(one.output.split(separator: "\n").count == 2)
        #expect(try fixture.directory.names() == ["callback-reports.json", "log.ndjson"])
    }

    @Test(arguments: [
        ("--count 0", "--count: '0' is not a whole number from 1 to 10000"),
        ("--count two", "--count: 'two' is not a whole number from 1 to 10000"),
        (
            "--after soon",
            "--after: 'soon' is not a valid time; use 2026-03-29, 2026-03-29T17:00 or "
                + "2026-03-29T17:00:00+02:00"
        ),
        (
            "--company HXXXXXXX071IM",
            "--company: 'HXXXXXXX071IM' is not a company in callback-reports.json; did you mean "
                + "'HXXXXXXX071IN'?"
        ),
        ("--format jsn", "--format: 'jsn' is not text or json; did you mean 'json'?"),
    ])
    func rejectsIncorrectUsage(options: String, words: String) throws {
        let errors = """
            callback-reports schedule: \(words)
            See 'callback-reports schedule --help'.

            """
        #expect(
            try CommandFixture().shell("callback-reports schedule \(options)") == fails(64, errors))
    }
}
