import Settings
import TestSupport
import Testing
import TextSupport

/// Webhooks and Slack, for reports and alerts.
@Suite struct ChannelTests {
    private static let webhook =
        "webhook: {url: 'https://hooks.example.com/x?token=1', secretFile: 'key'}"
    private static let slack = "slack: 'https://hooks.slack.com/services/T0/B0/canary'"

    /// The settings in an alert and in a report.
    private func channels(_ members: String) throws -> [ChannelSettings] {
        let text = company("alerts: {\(members)}, callbackReport: {weekly: {\(members)}}")
        let configuration = try read(text)
        #expect(configuration.diagnosticLines == [])
        let company = try #require(configuration.companies.first)
        return [
            try #require(company.alerts).channels, try #require(company.reports.first).channels,
        ]
    }

    @Test func `a webhook has a URL and the file of its key`() throws {
        for channels in try channels(Self.webhook) {
            let webhook = try #require(channels.webhook)
            #expect(webhook.url.reveal() == "https://hooks.example.com/x?token=1")
            #expect(webhook.origin == "https://hooks.example.com")
            #expect(webhook.secretFile.path == "/etc/reports/key")
            #expect(channels.slack == nil && !channels.isEmpty)
        }
    }

    @Test func `the URL of Slack is in the configuration or in a file`() throws {
        for channels in try channels(Self.slack) {
            #expect(
                try channels.slack?.url().reveal()
                    == "https://hooks.slack.com/services/T0/B0/canary")
        }
        for channels in try channels("slackFile: 'slack-url'") {
            #expect(channels.slack == .file(SecretFile(path: "/etc/reports/slack-url")))
        }
    }

    @Test func `a file with the URL of Slack contains only that`() throws {
        let directory = try TemporaryDirectory()
        for (text, isValid) in [
            ("https://hooks.slack.com/services/canary\n", true), ("canary", false), ("", false),
            ("https://hooks.slack.com/canary\nx", false), ("http://hooks.slack.com/canary", false),
        ] {
            try directory.write(text, to: "slack-url")
            let slack = SlackSettings.file(SecretFile(path: directory.path(of: "slack-url")))
            let url = Result { try slack.url() }
            switch url {
            case .success(let url): #expect(isValid && url.reveal() == text.dropLast())
            case .failure(let error): #expect(!isValid && !"\(error)".contains("canary"))
            }
        }
    }

    @Test(arguments: ["http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]:1/"])
    func `plain HTTP is allowed to this machine`(url: String) throws {
        #expect(try channels("slack: '\(url)'").count == 2)
    }

    /// Each pair is the members and the error lines without the path of the object. Errors do not
    /// show URLs.
    @Test(arguments: [
        (
            "slack: 'http://hooks.slack.com/canary'",
            "slack: expected a URL that begins with https://, because http:// is only for this "
                + "machine; the value is not shown here"
        ),
        (
            "slack: 'http://127.example.com/canary'",
            "slack: expected a URL that begins with https://, because http:// is only for this "
                + "machine; the value is not shown here"
        ),
        (
            "slack: 'hooks.slack.com/canary'",
            "slack: expected a URL that begins with https://; the value is not shown here"
        ),
        ("slack: 5", "slack: expected a string, found a number"),
        (
            "slack: 'https://user:canary@hooks.slack.com/'",
            "slack: the URL contains a user name or password; remove it"
        ),
        (
            "slackFile: 'x', slack: 'https://hooks.slack.com/canary'",
            "slackFile: 'slack' and 'slackFile' cannot be combined; remove one"
        ),
        ("webhook: 'https://example.com/canary'", "webhook: expected an object, found a string"),
        (
            "webhook: {url: 'https://example.com/canary'}",
            "webhook.secretFile: missing; expected a file with the key for signatures"
        ),
        (
            "webhook: {secretFile: 'key'}",
            "webhook.url: missing; expected the https: URL of the webhook"
        ),
        (
            "webhook: {url: 'ftp://example.com/canary', secretFile: 'key'}",
            "webhook.url: expected a URL that begins with https://; the value is not shown here"
        ),
        (
            "webhook: {url: 'https://example.com/', secret: 'whsec_canary', secretFile: 'key'}",
            "webhook: 'secret': secrets are not allowed in this file; use 'secretFile'"
        ),
        (
            "",
            "emailAddresses: missing; expected one or more addresses, separated by commas, or "
                + "'webhook' or 'slack'"
        ),
    ])
    func `an error names the key and hides the value`(members: String, error: String) {
        for place in ["alerts", "callbackReport.weekly"] {
            let text =
                place == "alerts"
                ? company("alerts: {\(members)}")
                : company("callbackReport: {weekly: {\(members)}}")
            #expect(diagnostics(in: text) == ["config.json: companies[0].\(place).\(error)"])
            #expect(!diagnostics(in: text).joined().contains("canary"))
        }
    }

    @Test func `printing the settings shows no secret`() throws {
        let channels = try channels("\(Self.webhook), \(Self.slack)")
        var text = ""
        dump(channels, to: &text)
        text += "\(channels)"
        #expect(!text.contains("token=1") && !text.contains("canary"))
    }
}
