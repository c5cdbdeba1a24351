import Addresses
import CivilTime
import Settings
import Testing

@Suite struct ConfigurationTests {
    @Test func `missing keys have defaults`() throws {
        let read = try read("{companies: []}")
        #expect(read.file == "config.json")
        #expect(read.database == "/etc/reports/callbacks.db")
        #expect(read.sources == [])
        #expect(read.retention == nil)
        #expect(read.catchUp == 7)
        #expect(read.mail.location == .directory("/etc/reports/mail"))
        #expect(read.mail.from.address == "callback-reports@localhost")
        #expect(read.mail.login == nil)
        #expect(read.heartbeat == nil)
        #expect(read.operatorAddress == nil)
        #expect(read.templatesDirectory == nil)
        #expect(read.companies.isEmpty)
        #expect(read.diagnosticLines == [])
    }

    @Test func `null is the same as a missing key`() throws {
        let keys = [
            "database", "sources", "retention", "catchUp", "mail", "heartbeat", "operator",
            "templatesDirectory",
        ]
        let read = try read(file(keys.map { "\($0): null" }.joined(separator: ",")))
        #expect(read.database == "/etc/reports/callbacks.db")
        #expect(read.catchUp == 7)
    }

    @Test func `the documented sample is valid`() throws {
        let read = try read(documented)
        #expect(read.retention?.days == 400)
        #expect(read.sources.map(\.path) == ["/var/log/app/callbacks*.ndjson"])
        #expect(read.heartbeat == "https://monitor.example.com/ping")
        #expect(read.operatorAddress?.address == "operator@example.com")
        #expect(read.mail.login?.username == "reports")
        #expect(read.mail.login?.password == .file("/run/secrets/smtp"))
        #expect(read.mail.from.name == "Callback Reports")
        let reports = try #require(read.companies.first).reports
        #expect(reports.map(\.recipients.count) == [2, 1, 1])
        #expect(reports.map(\.attachCSV) == [false, false, true])
        #expect(read.diagnosticLines == [])
    }

    @Test func `a source defines what identifies its callbacks`() throws {
        let sources = "{path: 'a', callbackKey: ['callback_id', 'url']}, {path: 'b'}"
        let read = try read(file("sources: [\(sources)]"))
        #expect(read.sources.map(\.callbackKey) == [["callback_id", "url"], nil])
    }

    @Test func `rotated files of a source are one pattern or a list`() throws {
        let sources =
            "{path: 'a', rotatedTo: 'old/*'}, {path: 'b', rotatedTo: ['/x', 'y']}, {path: 'c'}"
        let read = try read(file("sources: [\(sources)]"))
        #expect(
            read.sources.map(\.rotatedTo) == [
                ["/etc/reports/old/*"], ["/x", "/etc/reports/y"], [],
            ])
    }

    @Test func `relative paths start from the directory of the file`() throws {
        let read = try read(
            file(
                """
                database: '../db/c.db', sources: [{path: 'log/*'}], templatesDirectory: 'templates',
                mail: {caFile: 'ca.pem', username: 'me', passwordFile: 'p', url: 'file:box'}
                """))
        #expect(read.database == "/etc/reports/../db/c.db")
        #expect(read.sources.map(\.path) == ["/etc/reports/log/*"])
        #expect(read.templatesDirectory == "/etc/reports/templates")
        #expect(read.mail.caFile == "/etc/reports/ca.pem")
        #expect(read.mail.login?.password == .file("/etc/reports/p"))
        #expect(read.mail.location == .directory("/etc/reports/box"))
    }

    @Test func `a file in the root directory uses the root for relative paths`() throws {
        let file = ConfigurationFile(name: "c", path: "/c.json", text: "{companies: []}")
        let read = try Configuration(reading: file, zones: ZoneDatabase(environment: [:]))
        #expect(read.database == "/callbacks.db")
    }

    @Test(arguments: ["7", "7.0", "0x7", "+7", "7e0"])
    func `an integer can use any JSON5 notation`(number: String) throws {
        #expect(try read(file("catchUp: \(number)")).catchUp == 7)
    }

    @Test func `large integers are exact`() throws {
        #expect(try read(file("catchUp: 9007199254740993")).catchUp == 9_007_199_254_740_993)
    }

    @Test func `a mail server has a port and TLS mode`() throws {
        let mail =
            "mail: {url: 'smtp://mail.example.com', from: 'a@example.com', helloName: 'h.example'}"
        let settings = try read(file(mail)).mail
        guard case .server(let server) = settings.location else {
            Issue.record("no server")
            return
        }
        #expect(server.authority == "mail.example.com:587")
        #expect(server.security == .startTLS)
        #expect(settings.helloName == "h.example")
    }

    @Test(arguments: [("1d", 1), ("400d", 400), ("36500d", 36500)])
    func `retention is a number of days`(text: String, days: Int) {
        #expect(Retention(text)?.days == days)
    }

    @Test(arguments: [
        "", "d", "400", "400D", "0d", "-1d", "+1d", "36501d", "1.5d", " 1d", "1w", "٤d",
    ])
    func `other forms of retention are rejected`(text: String) {
        #expect(Retention(text) == nil)
    }
}

/// The sample of the documentation.
private let documented = #"""
    {
      "database": "callbacks.db",                 // relative to this file
      "sources": [{"path": "/var/log/app/callbacks*.ndjson"}],
      "retention": "400d",                        // older attempts are deleted; counts stay
      "catchUp": 7,
      "mail": {"url": "smtp://mail.example.com:587", "from": "Callback Reports <reports@example.com>",
               "username": "reports", "passwordFile": "/run/secrets/smtp"},   // or "passwordEnvironment"
      "heartbeat": "https://monitor.example.com/ping",  // fetched at the end of each run; with /fail when something failed
      "operator": "operator@example.com",               // gets one mail when a report cannot be delivered
      "companies": [{
        "sid": "HXXXXXXX071IN", "name": "Example Ltd", "timeZone": "Asia/Kolkata",
        "callbackReport": {"enabled": true,
          "daily":   {"emailAddresses": "ops@example.com, Care <care@example.com>"},
          "weekly":  {"emailAddresses": "lead@example.com", "weekday": "wednesday", "time": "17:00"},
          "monthly": {"emailAddresses": "cto@example.com", "dayOfMonth": 25, "attachCSV": true}}}]
    }
    """#
