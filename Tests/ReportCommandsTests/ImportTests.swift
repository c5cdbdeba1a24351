import Ingest
import Settings
import TestSupport
import Testing

/// `import`: imports files into the log.
@Suite struct ImportTests {
    private let mixed = """
        {"callback_id":"d-1","company":"HXXXXXXX071IN","finished_at":1764041400,"status":200}
        not json
        {"callback_id":"d-2","company":"HXXXXXXX071IN","finished_at":"2026-11-25T03:10:00Z"}

        """

    private static let withoutCompanies = CommandFixture.configuration.replacing(
        CommandFixture.company, with: "")

    private let csv = """
        callback_id,company,finished_at,status,error,channel
        c-1,A,2026-11-25T03:10:00Z,200,,sms
        c-2,A,2026-11-25T03:10:00.5Z,,"no, not now",
        c-3,A,never,200,,

        """

    private func complaints(_ file: String) -> String {
        """
        \(file): line 2: not JSON
        \(file): line 3: one of status, outcome and error is required

        """
    }

    @Test func isSafeToRepeat() throws {
        let fixture = try CommandFixture()
        let first = "8 records: 8 added, 0 duplicates, 0 replaced, 0 rejected\n"
        let second = "8 records: 0 added, 8 duplicates, 0 replaced, 0 rejected\n"
        #expect(try fixture.run("import", "log.ndjson") == prints(first))
        #expect(try fixture.run("import", "log.ndjson") == prints(second))
        let verified =
            "checked 8 attempts of 7 callbacks against 10 stored counts: all counts are correct\n"
        #expect(try fixture.run("verify") == prints(verified))
    }

    @Test func importsValidLinesAndKeepsInvalidOnesUnchanged() throws {
        let fixture = try CommandFixture()
        try fixture.directory.write(mixed, to: "mixed.ndjson")
        let run = try fixture.run("import", "--rejects", "bad.ndjson", "mixed.ndjson")
        #expect(
            run
                == ProgramRun(
                    output: "3 records: 1 added, 0 duplicates, 0 replaced, 2 rejected\n",
                    errors: complaints("DIR/mixed.ndjson"), status: 65))
        let bad = mixed.split(separator: "\n").dropFirst().joined(separator: "\n") + "\n"
        #expect(try fixture.directory.text(of: "bad.ndjson") == bad)
    }

    @Test func strictImportsAllOrNothing() throws {
        let fixture = try CommandFixture()
        try fixture.directory.write(mixed, to: "mixed.ndjson")
        let run = try fixture.run("import", "--strict", "log.ndjson", "mixed.ndjson")
        #expect(
            run
                == ProgramRun(
                    output: "nothing imported: 2 of 11 records are invalid ('--strict')\n",
                    errors: complaints("DIR/mixed.ndjson"), status: 65))
        let verified =
            "checked 0 attempts of 0 callbacks against 0 stored counts: all counts are correct\n"
        #expect(try fixture.run("verify") == prints(verified))
        let whole = "8 records: 8 added, 0 duplicates, 0 replaced, 0 rejected\n"
        #expect(try fixture.run("import", "--strict", "log.ndjson") == prints(whole))
    }

    @Test func combinesTheFieldsThatIdentifyACallback() throws {
        let fixture = try CommandFixture(Self.withoutCompanies)
        let lines = ["A", "B"].map {
            #"{"callback_id":"e","company":"C","finished_at":1764041400,"status":200,"profile_id":"\#($0)"}"#
                + "\n"
        }
        let run = try fixture.run(
            "import", "--callback-key", "callback_id,profile_id", "--format", "ndjson", "-",
            input: lines.joined())
        #expect(run == prints("2 records: 2 added, 0 duplicates, 0 replaced, 0 rejected\n"))
    }

    /// A log whose IDs identify events, not deliveries.
    @Test func anIDThatHidesADeadEndpointIsReportedEverywhere() throws {
        let configuration = CommandFixture.configuration.replacing(
            "\"mail\"", with: "\"sources\": [{\"path\": \"app.ndjson\"}], \"mail\"")
        let fixture = try CommandFixture(configuration)
        let lines = (0..<20).flatMap { event in
            [("endpoint-A", 500, 10), ("endpoint-B", 200, 11)].map { profile, status, second in
                #"{"callback_id":"evt_\#(event)","company":"HXXXXXXX071IN","finished_at":"#
                    + #""2026-11-25T03:\#(event + 10):\#(second)Z","status":\#(status),"#
                    + #""profile_id":"\#(profile)"}"# + "\n"
            }
        }
        try fixture.directory.write(lines.joined(), to: "events.ndjson")
        let words =
            "HXXXXXXX071IN: callback evt_0 was sent to two profiles, endpoint-A and endpoint-B. "
            + "Attempts with the same ID count as one callback, so 20 attempts are not counted. "
            + "If callback_id identifies the event, combine it with profile_id"
        let first = try fixture.run("import", "events.ndjson")
        #expect(first.status == 0 && first.errors.hasPrefix(words), "\(first.errors)")
        let again = try fixture.run("import", "events.ndjson")
        #expect(again.status == 0 && again.errors == "")
        #expect(try fixture.run("verify").errors.hasPrefix(words))
        let report = try fixture.run(
            "report", "--company", "HXXXXXXX071IN", "--from", "2026-11-25", "--to", "2026-11-26",
            "--now", "2026-12-01")
        #expect(report.output.contains("20 attempts are not counted"), "\(report.output)")
        let other = lines.joined().replacing("evt_", with: "new_")
        try fixture.directory.write(other, to: "app.ndjson")
        let run = try fixture.run("run", "--now", "2026-11-26T12:00")
        let expected = words.replacing("evt_0", with: "new_0")
        #expect(run.errors.hasPrefix("DIR/app.ndjson: " + expected), "\(run.errors)")
        #expect(run.errors.contains(#"add "callbackKey": ["callback_id", "profile_id"]"#))
    }

    @Test(arguments: [
        ("callback_id,profil_id", "; did you mean 'profile_id'?"), ("profile_id", ""),
        ("callback_id,,url", ""),
    ])
    func reportsAnInvalidKey(key: String, suggestion: String) throws {
        let run = try CommandFixture().run("import", "--callback-key", key, "log.ndjson")
        let words =
            "'--callback-key \(key)': expected callback_id and other fields of profile_id, channel, "
            + "event, method, url\(suggestion)"
        #expect(run.status == 64 && run.errors.contains(words), "\(run.errors)")
    }

    /// The configuration accepts the same fields as the log.
    @Test func theConfigurationAcceptsTheSameFields() {
        #expect(SourceSettings.keyFields == CallbackKey.names)
    }

    @Test func readsCSVFromStandardInput() throws {
        let fixture = try CommandFixture(Self.withoutCompanies)
        let run = try fixture.run("import", "--format", "csv", "-", input: csv)
        #expect(
            run
                == ProgramRun(
                    output: "3 records: 2 added, 0 duplicates, 0 replaced, 1 rejected\n",
                    errors: "standard input: line 4: finished_at: 'never' is neither an RFC "
                        + "3339 time nor a Unix time\n", status: 65))
    }

    @Test func readsCompressedFiles() throws {
        let fixture = try CommandFixture()
        try fixture.directory.write(csv, to: "a.csv")
        let run = try fixture.shell("gzip -k log.ndjson && callback-reports import log.ndjson.gz")
        #expect(run == prints("8 records: 8 added, 0 duplicates, 0 replaced, 0 rejected\n"))
        let piped = try fixture.shell("gzip < a.csv | callback-reports import -")
        #expect(piped.output == "3 records: 2 added, 0 duplicates, 0 replaced, 1 rejected\n")
    }

    @Test func importsTheOtherFilesWhenOneIsMissing() throws {
        let run = try CommandFixture().run("import", "none.ndjson", "log.ndjson")
        #expect(
            run
                == ProgramRun(
                    output: "8 records: 8 added, 0 duplicates, 0 replaced, 0 rejected\n",
                    errors: "DIR/none.ndjson: No such file or directory\n", status: 66))
    }

    @Test(arguments: ["log.ndjson", "./log.ndjson", "link", "callbacks.db"])
    func rejectedLinesReplaceNoInput(path: String) throws {
        let fixture = try CommandFixture.filled()
        let run = try fixture.shell(
            """
            ln log.ndjson link
            callback-reports import --rejects '\(path)' log.ndjson
            status=$?
            wc -l < log.ndjson
            callback-reports verify | cut -d ' ' -f 1-5
            exit $status
            """)
        #expect(run.status == 64 && run.errors.contains("would be overwritten"), "\(run)")
        #expect(run.output == "8\nchecked 8 attempts of 7\n")
    }

    @Test func reportsAnUnwritableRejectsFileBeforeReading() throws {
        let fixture = try CommandFixture()
        let run = try fixture.run("import", "--rejects", "none/bad", "log.ndjson")
        let error = "callback-reports: cannot write DIR/none/bad: No such file or directory\n"
        #expect(run == fails(73, error))
        #expect(try fixture.run("import", "log.ndjson").output.contains("8 added"))
    }

    @Test func countsALateCorrection() throws {
        let fixture = try CommandFixture.filled()
        let line = """
            {"callback_id":"c-2","company":"HXXXXXXX071IN","profile_id":"IN_a","channel":"sms",\
            "finished_at":"2026-11-25T03:10:00Z","status":200}
            """
        let run = try fixture.run("import", "-", input: line)
        #expect(run == prints("1 record: 0 added, 0 duplicates, 1 replaced, 0 rejected\n"))
        let failures = try fixture.run(
            "failures", "--company", CommandFixture.sid, "--frequency", "daily", "--ending",
            "2026-11-25T17:00", "--format", "csv")
        #expect(
            failures.output == ExpectedFailures.header
                + "c-4,HXXXXXXX071IN,2026-11-25T06:00:00Z,1,failed,,timeout,IN_b,whatsapp,,,,\r\n")
    }

    private let map = """
        {"callback_id": "/message/id", "finished_at": "/time", "company": {"value": "A"},
         "outcome": {"pointer": "/state", "values": {"ok": "delivered", "dead": "failed"}},
         "records": "/items"}
        """

    private let mapped = """
        {"items": [{"message": {"id": 1}, "time": 1764041400, "state": "ok"},
        {"message": {"id": 2}, "time": 1764041400, "state": "lost"}]}
        {"message": {"id": 3}, "time": 1764041400, "state": "dead"}

        """

    @Test func importsAnyOtherLogWithAMap() throws {
        let fixture = try CommandFixture(Self.withoutCompanies)
        try fixture.directory.write(map, to: "map.json")
        try fixture.directory.write(mapped, to: "hooks.log")
        let run = try fixture.run("import", "--map", "map.json", "--rejects", "bad", "hooks.log")
        #expect(
            run
                == ProgramRun(
                    output: "3 records: 2 added, 0 duplicates, 0 replaced, 1 rejected\n",
                    errors: "DIR/hooks.log: line 2, record 2: /state: 'lost' is not one of "
                        + "delivered, failed, retrying\n", status: 65))
        let bad = "{\"message\": {\"id\": 2}, \"time\": 1764041400, \"state\": \"lost\"}\n"
        #expect(try fixture.directory.text(of: "bad") == bad)
        let strict = try fixture.shell(
            "sed s/lost/ok/ hooks.log | gzip | "
                + "callback-reports import --map map.json --company B --strict -")
        #expect(strict == prints("3 records: 3 added, 0 duplicates, 0 replaced, 0 rejected\n"))
    }

    @Test func reportsEveryErrorInAMap() throws {
        let fixture = try CommandFixture()
        try fixture.directory.write("{\"outcom\": \"/a\", \"url\": \"b\"}", to: "map.json")
        let errors = """
            DIR/map.json: unknown key 'outcom'; did you mean 'outcome'?
            DIR/map.json: /url: 'b' is not a JSON pointer such as '/message/id' (RFC 6901)
            DIR/map.json: callback_id is missing
            DIR/map.json: finished_at is missing
            callback-reports: nothing imported: the map is invalid; see the errors above

            """
        #expect(try fixture.run("import", "--map", "map.json", "log.ndjson") == fails(65, errors))
        let missing = "callback-reports: DIR/none: No such file or directory\n"
        #expect(try fixture.run("import", "--map", "none", "log.ndjson") == fails(66, missing))
    }

    @Test func requiresACompanyFromTheMapOrTheCommand() throws {
        let fixture = try CommandFixture()
        let map = "{\"callback_id\": \"/a\", \"finished_at\": \"/b\", \"status\": \"/c\"}"
        try fixture.directory.write(map, to: "map.json")
        let errors = """
            callback-reports import: the map has no 'company'; add it or use '--company SID'
            See 'callback-reports import --help'.

            """
        #expect(try fixture.run("import", "--map", "map.json", "log.ndjson") == fails(64, errors))
    }

    @Test(arguments: [
        (
            ["--map", "x", "--format", "csv", "y"],
            "options --map and --format cannot be combined"
        ),
        (
            ["--company", "A", "x"],
            "'--company' requires '--map', '--format svix' or '--format convoy'; records in other "
                + "formats contain their company"
        ),
        (
            ["--format", "cvs", "x"],
            "--format: 'cvs' is not ndjson, csv, svix or convoy; did you mean 'csv'?"
        ),
        ([], "missing operand: FILE..."),
        (["--rejcts", "x", "y"], "unknown option '--rejcts'; did you mean '--rejects'?"),
    ])
    func rejectsIncorrectUsage(arguments: [String], words: String) throws {
        let line = "callback-reports import " + arguments.joined(separator: " ")
        let errors =
            "callback-reports import: \(words)\nSee 'callback-reports import --help'.\n"
        #expect(try CommandFixture().shell(line) == fails(64, errors))
    }

    // MARK: Companies

    private let unknown = """
        6 records of companies that the configuration does not contain: Other, hxxxxxxx071in \
        (did you mean HXXXXXXX071IN?); the records were imported, but no report counts them

        """

    private func logOfOtherCompanies(_ ids: String) -> String {
        ["Other", "hxxxxxxx071in", CommandFixture.sid].flatMap { company in
            (0..<3).map { number in
                #"{"callback_id":"\#(ids)\#(number)","company":"\#(company)","finished_at":1764041400,"#
                    + #""status":200}"# + "\n"
            }
        }.joined()
    }

    @Test func warnsOnceOfUnknownCompanies() throws {
        let fixture = try CommandFixture(
            CommandFixture.configuration.replacing(
                "\"mail\"", with: "\"sources\": [{\"path\": \"app.ndjson\"}], \"mail\""))
        let run = try fixture.run("import", "-", input: logOfOtherCompanies("i"))
        #expect(run.status == 0 && run.errors == unknown)
        #expect(run.output == "9 records: 9 added, 0 duplicates, 0 replaced, 0 rejected\n")
        try fixture.directory.write(logOfOtherCompanies("r"), to: "app.ndjson")
        let source = try fixture.run("run", "--now", "2025-11-26T12:00")
        #expect(source.status == 0 && source.errors == unknown, "\(source)")
        #expect(try fixture.run("run", "--now", "2025-11-26T12:05").errors == "")
        let record = try fixture.run(
            "record", "--company", "hxxxxxxx071in", "--callback-id", "x", "--status", "200")
        #expect(record.status == 0)
        #expect(record.errors.hasPrefix("1 record of companies that the configuration does not"))
    }

    @Test func saysNothingOfCompaniesIfNoneIsConfigured() throws {
        let fixture = try CommandFixture(Self.withoutCompanies)
        let run = try fixture.run("import", "-", input: logOfOtherCompanies("i"))
        #expect(run.status == 0 && run.errors == "")
    }

    /// The first attempts were counted and pruned, so they are no longer known.
    @Test func warnsOfCallbacksThatMayCountTwice() throws {
        let fixture = try CommandFixture()
        func record(_ number: Int, _ attempt: Int, _ day: String) -> String {
            #"{"callback_id":"c\#(number)","company":"\#(CommandFixture.sid)","attempt":\#(attempt),"#
                + #""finished_at":"\#(day)T10:00:00Z","status":503}"# + "\n"
        }
        let day = try fixture.shell("date -u -d '-3 days' +%F").output.prefix(10)
        let old = (0..<5).map { record($0, 1, "2021-11-24") }.joined()
        #expect(try fixture.run("import", "-", input: old).status == 0)
        #expect(try fixture.run("prune", "--older-than", "10d").status == 0)
        let later = (0..<4).map { record($0, 2, String(day)) }.joined()
        let run = try fixture.run("import", "-", input: later + record(9, 1, String(day)))
        #expect(run.status == 0)
        #expect(
            run.errors
                == "4 new callbacks began with attempt 2 or later; if earlier attempts were pruned, "
                + "the reports count the callback twice\n")
        #expect(try fixture.run("import", "-", input: later).errors == "")
    }
}
