import CivilTime
import Settings
import TestSupport
import Testing

@Suite struct LocatorTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        for name in ["flag.json", "variable.json", "callback-reports.json", "system.json"] {
            try directory.write("{companies: []}", to: name)
        }
    }

    private func locator(
        flag: String? = nil, variable: String? = nil, system: String = "system.json",
        from subdirectory: String? = nil
    ) -> ConfigurationLocator {
        ConfigurationLocator(
            flag: flag,
            environment: variable.map { ["CALLBACK_REPORTS_CONFIG": $0] } ?? [:],
            workingDirectory: subdirectory.map(directory.path(of:)) ?? directory.path,
            systemFile: directory.path(of: system))
    }

    @Test func `the flag takes precedence over the variable`() throws {
        let both = locator(flag: "flag.json", variable: "variable.json")
        #expect(try both.read().name == "flag.json")
        #expect(try both.read().path == directory.path(of: "flag.json"))
        #expect(try locator(variable: "variable.json").read().name == "variable.json")
    }

    @Test func `the working directory takes precedence over the system file`() throws {
        #expect(try locator(variable: "").read().name == "callback-reports.json")
        let elsewhere = try locator(from: "empty").read()
        #expect(elsewhere.path == directory.path(of: "system.json"))
    }

    @Test func `an absolute path is unchanged`() throws {
        let path = directory.path(of: "flag.json")
        #expect(try locator(flag: path, from: "empty").read().path == path)
    }

    /// Emails name the file in commands if this is not nil.
    @Test func `commands need the path of a file that the default search does not find`() throws {
        func path(_ locator: ConfigurationLocator) throws -> String? {
            let zones = ZoneDatabase(directory: "/usr/share/zoneinfo")
            return try Configuration(reading: locator.read(), zones: zones).pathForCommands
        }
        #expect(try path(locator(flag: "flag.json")) == directory.path(of: "flag.json"))
        #expect(try path(locator(variable: "variable.json")) == directory.path(of: "variable.json"))
        #expect(try path(locator()) == nil)
        #expect(try path(locator(from: "empty")) == nil)
        #expect(try path(locator(flag: directory.path(of: "system.json"))) == nil)
    }

    @Test func `a missing requested file has no fallback`() {
        #expect(throws: ConfigurationError.missing(file: "none.json", option: "--config")) {
            try locator(flag: "none.json").read()
        }
        let option = "$CALLBACK_REPORTS_CONFIG"
        #expect(throws: ConfigurationError.missing(file: "none.json", option: option)) {
            try locator(variable: "none.json").read()
        }
    }

    @Test func `without any file, all locations and the remedy are named`() {
        let error = #expect(throws: ConfigurationError.self) {
            try locator(system: "none.json", from: "empty").read()
        }
        #expect(
            error?.description == "no configuration found at ./callback-reports.json or "
                + "\(directory.path)/none.json; use --config or "
                + "$CALLBACK_REPORTS_CONFIG, or run 'callback-reports init' to create one")
    }

    @Test func `an unreadable file is not skipped`() {
        let error = #expect(throws: ConfigurationError.self) { try locator(flag: ".").read() }
        #expect(error?.description == ".: cannot be read: Is a directory")
    }

    @Test func `the system folder has its own file name`() throws {
        try directory.write("", to: "etc/other")
        let system = directory.path(of: "etc/config.json")
        func name(_ folder: String) -> String {
            ConfigurationLocator.fileName(in: directory.path(of: folder), systemFile: system)
        }
        #expect(name("etc") == "config.json")
        #expect(name("etc/../etc/") == "config.json")
        #expect(name(".") == "callback-reports.json")
        #expect(name("none") == "callback-reports.json")
        #expect(ConfigurationLocator.systemFile == "/etc/callback-reports/config.json")
    }
}
