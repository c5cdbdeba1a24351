import Addresses
import Testing

@testable import Settings

@Suite struct ExampleTests {
    @Test func `the sample is valid and delivers to a Maildir`() throws {
        let configuration = try read(Configuration.example)
        #expect(configuration.diagnosticLines == [])
        #expect(configuration.mail.location == .directory("/etc/reports/mail"))
        #expect(configuration.companies.map(\.reports.count) == [3])
    }

    @Test func `the sample contains every key`() {
        let keys =
            Configuration.keys + MailSettings.keys + GatewaySettings.keys + [
                "path", "sid", "name", "timeZone", "callbackReport", "enabled", "daily", "weekly",
                "monthly", "emailAddresses", "time", "attachCSV", "skipEmpty", "weekday",
                "dayOfMonth", "alerts", "minimumCallbacks", "deliveredShare", "quietFor",
            ]
        for key in keys { #expect(Configuration.example.contains("\"\(key)\":"), "\(key)") }
    }

    @Test func `the commented-out parts of the sample are valid`() throws {
        let text = Configuration.example.replacing(
            /\/\/ (?="(?!passwordEnvironment)[a-zA-Z]+":)/, with: ""
        )
        .replacing("file:mail", with: "smtp://localhost")
        let mail = try read(text).mail
        #expect(mail.login != nil && mail.helloName != nil && mail.replyTo != nil)
        #expect(try read(text).operatorAddress != nil)
        #expect(try read(text).companies.first?.alerts?.recipients.count == 1)
    }

    @Test func `the sample has no line over 100 columns`() {
        for line in Configuration.example.split(separator: "\n") { #expect(line.count <= 100) }
    }
}
