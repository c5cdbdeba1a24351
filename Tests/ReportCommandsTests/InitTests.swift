import TestSupport
import Testing

/// `init` and `demo`: what a new user tries first.
@Suite struct InitTests {
    @Test func writesAUsableConfiguration() throws {
        let fixture = try CommandFixture()
        let run = try fixture.run("init", "etc")
        #expect(
            run
                == prints(
                    """
                    wrote DIR/etc/callback-reports.json
                    edit it, then try: callback-reports check --config \
                    DIR/etc/callback-reports.json

                    """))
        let check = try fixture.run("check", "--config", "etc/callback-reports.json")
        #expect(
            check
                == prints(
                    """
                    configuration: etc/callback-reports.json, 1 company
                    database: DIR/etc/callbacks.db, will be created by the first command that writes
                    templates: built in
                    time zones: tz database TZ

                    """))
    }

    @Test func doesNotOverwriteAFile() throws {
        let fixture = try CommandFixture()
        let error = """
            callback-reports: DIR/callback-reports.json already exists; \
            choose another directory

            """
        for arguments in ["init", "init .", "demo ."] {
            let run = try fixture.shell("callback-reports \(arguments)")
            #expect(run == fails(73, error), "\(arguments)")
        }
        let text = try fixture.directory.text(of: "callback-reports.json")
        #expect(text == CommandFixture.configuration)
        #expect(try fixture.directory.names() == ["callback-reports.json", "log.ndjson"])
    }

    @Test func reportsADirectoryThatCannotBeCreated() throws {
        let error = "callback-reports: cannot write DIR/none/etc: No such file or directory\n"
        #expect(try CommandFixture().run("init", "none/etc") == fails(73, error))
    }
}
