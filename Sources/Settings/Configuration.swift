package import Addresses
import JSON
import TextSupport

/// The validated configuration.
///
/// Create it from a file that ``ConfigurationLocator`` found:
///
///     let file = try ConfigurationLocator(
///         flag: nil, environment: environment, workingDirectory: "/srv/reports"
///     ).read()
///     let configuration = try Configuration(reading: file, zones: zones)
///     for line in configuration.diagnosticLines { print(line) }
package struct Configuration: Sendable {
    /// The file name as the user gave it, for messages.
    package let file: String
    /// The absolute path of the file for `--config`, or nil if commands find the file without it.
    package let pathForCommands: String?
    /// The absolute path of the SQLite database. The default is `callbacks.db` next to the
    /// configuration file.
    package let database: String
    package let sources: [SourceSettings]
    /// How long attempts are kept, or nil to keep them forever.
    package let retention: Retention?
    /// The maximum number of missed periods that are sent per report. 0 sends only the latest
    /// period.
    package let catchUp: Int
    package let mail: MailSettings
    /// The URL to fetch at the end of each run.
    package let heartbeat: String?
    /// The address that receives a mail when a report cannot be delivered.
    package let operatorAddress: Mailbox?
    /// The absolute path of a directory with templates that replace the built-in ones.
    package let templatesDirectory: String?
    package let gateway: GatewaySettings
    /// The companies without errors, in the order of the file.
    package let companies: [CompanySettings]
    /// The companies with errors. They get no reports; the other companies are not affected.
    package let invalidCompanies: [InvalidCompany]

    /// Whether the file contains the company, or might contain it: a company whose SID is invalid
    /// could be any.
    package func mayName(company sid: String) -> Bool {
        companies.contains { $0.sid == sid }
            || invalidCompanies.contains { $0.sid == sid || $0.sid == nil }
    }

    /// One line per error inside a company. A run prints them and exits with status 78.
    package var diagnosticLines: [String] {
        invalidCompanies.flatMap(\.diagnostics).map { line(for: $0, in: file) }
    }
}

extension Configuration {
    /// The sample configuration that `init` writes. It documents every key and works for a first
    /// run.
    ///
    /// Emails go to the Maildir `mail` next to the file, so no mail server is needed.
    package static let example = """
        // The configuration of callback-reports. The format is JSON5, which is JSON with comments
        // and trailing commas. 'callback-reports check' reports all errors in this file. Paths are
        // relative to the directory of this file.
        {
          // The SQLite database. The first command that writes creates it.
          "database": "callbacks.db",

          // NDJSON or CSV files to which other programs append delivery records. Each run reads the
          // new records. '*', '?' and '[…]' match parts of names. If one event ID is shared by
          // several endpoints, add "callbackKey": ["callback_id", "profile_id"].
          // "sources": [{"path": "log/callbacks*.ndjson"}],

          // How long attempts are kept. Counts are kept forever. Without this key, attempts are kept
          // forever as well.
          "retention": "400d",

          // How many missed reports of each frequency are sent after an outage, oldest first. Older ones
          // are recorded as skipped. 0 sends only the latest report.
          "catchUp": 7,

          "mail": {
            // file:DIRECTORY     a Maildir, which email clients can open; no email leaves the machine
            // smtp://HOST:PORT   a mail server with STARTTLS; the default port is 587
            // smtps://HOST:PORT  a mail server with implicit TLS; the default port is 465
            "url": "file:mail",

            // The sender. Bounces go to this address.
            "from": "Callback Reports <reports@example.com>",

            // Credentials for the mail server. The password is in a file, as a single line, or in
            // an environment variable. It is never in this configuration.
            // "username": "reports",
            // "passwordFile": "/run/secrets/smtp",
            // "passwordEnvironment": "SMTP_PASSWORD",

            // "required" is the default. "none" sends emails in clear text, which is rejected for
            // logins with a password, except on localhost.
            // "tls": "none",

            // CA certificates to trust instead of the system's, as a PEM file.
            // "caFile": "ca.pem",

            // "replyTo": "Support <support@example.com>",

            // An https: or mailto: URL for recipients who want to unsubscribe.
            // "unsubscribe": "mailto:reports@example.com?subject=unsubscribe",

            // The host name to send to the mail server in EHLO.
            // "helloName": "reports.example.com",
          },

          // A URL to fetch at the end of each run, so that a monitor can detect missing runs. If
          // something failed, /fail is appended.
          // "heartbeat": "https://monitor.example.com/ping/reports",

          // Receives one email when a report cannot be delivered.
          // "operator": "Operator <operator@example.com>",

          // A directory with templates that replace the built-in ones.
          // "templatesDirectory": "templates",

          // Settings of callback-gateway, which manages callback profiles and sends callbacks.
          "gateway": {
            // The key that encrypts the secrets in the database. It is created on first use. Back
            // it up separately from the database.
            "secretKeyFile": "callback-gateway.key",

            // Callbacks are never sent to loopback, private or other special addresses, except for
            // these networks.
            "allowNetworks": [],

            // The networks of reverse proxies on other machines whose X-Forwarded-For headers are
            // trusted.
            "trustedProxies": [],

            // Limits for each company.
            "profilesPerCompany": 1000,
            "numbersPerCompany": 10000,

            // The prefix of new profile IDs.
            "pod": "IN",

            // The public URL of the web pages. If it is set, emails link to the pages.
            // "publicURL": "https://callbacks.example.com",
          },

          // An error in one company does not affect the other companies.
          "companies": [
            {
              // The company's ID, as in the records.
              "sid": "HXXXXXXX071IN",

              // The company's name in reports. The default is the SID.
              "name": "Example Ltd",

              // A time zone of the tz database. All times of the company are in this zone.
              "timeZone": "Asia/Kolkata",

              // Titles in reports, for profiles and for endpoints without a profile.
              // "profiles": {"IN_chat-inbox": "Chat inbox", "https://hooks.example.com": "Orders"},

              "callbackReport": {
                // false turns off all reports of this company.
                "enabled": true,

                // Each frequency listed here is sent, unless it has "enabled": false. Separate
                // several addresses with commas.
                "daily": {
                  "emailAddresses": "ops@example.com, Customer Care <care@example.com>",

                  // The time at which the report is sent, from 00:00 to 23:59.
                  "time": "17:00",

                  // true attaches the counts as CSV.
                  "attachCSV": false,

                  // true sends no email for periods without callbacks.
                  "skipEmpty": false,
                },
                "weekly": {
                  "emailAddresses": "lead@example.com",
                  "weekday": "wednesday",
                },
                "monthly": {
                  "emailAddresses": "cto@example.com",

                  // In shorter months, 29 to 31 mean the last day.
                  "dayOfMonth": 25,
                },
              },

              // Emails when an endpoint begins to fail, recovers or is disabled, and when no
              // callbacks are recorded at an hour that usually has some.
              // An endpoint is failing if at least 'minimumCallbacks' recent callbacks were not
              // delivered, and less than the share 'deliveredShare' was. 'quietFor' is the shortest
              // silence that is reported, from 1h to 24h. Alerts, and each frequency of reports, can
              // also go to a webhook and to Slack, with 'emailAddresses' or instead of it. The URL
              // of Slack can be in a file, which is then named by 'slackFile'.
              // "alerts": {"emailAddresses": "oncall@example.com",
              // "minimumCallbacks": 10, "deliveredShare": 0.5, "quietFor": "1h",
              // "webhook": {"url": "https://hooks.example.com/alerts", "secretFile": "webhook-key"},
              // "slack": "https://hooks.slack.com/services/T000/B000/XXXX"},
            },
          ],
        }

        """
}

/// Files to which other programs append records.
package struct SourceSettings: Hashable, Sendable {
    /// An absolute path or a pattern with `*`, `?` and `[…]`.
    package let path: String
    /// The names of the fields that identify a callback together. If nil, only the callback ID
    /// identifies it.
    package let callbackKey: [String]?
    /// Absolute patterns of the rotated files.
    package let rotatedTo: [String]
}

extension SourceSettings {
    /// The fields that can be part of a key.
    package static let keyFields = [
        "callback_id", "profile_id", "channel", "event", "method", "url",
    ]

    /// Decodes one element of `sources`. Returns nil if it has an error.
    static func read(
        _ value: JSON5Value, at place: ValuePath, directory: String
    ) -> (source: SourceSettings?, diagnostics: [Diagnostic]) {
        var section = ObjectDecoder(value, at: place, keys: ["path", "callbackKey", "rotatedTo"])
        let path = section.required("path", "the path of a log file", StringFormats.path)
        let key = section.callbackKey()
        let rotatedTo = section.texts("rotatedTo", StringFormats.path)
        let source = path.map { path in
            SourceSettings(
                path: absolute(path, in: directory), callbackKey: key,
                rotatedTo: rotatedTo.map { absolute($0, in: directory) })
        }
        return (source, section.diagnostics)
    }
}

extension ObjectDecoder {
    fileprivate mutating func callbackKey() -> [String]? {
        guard has("callbackKey") else { return nil }
        let (before, items) = (diagnostics.count, list("callbackKey"))
        var names: [String] = []
        for (place, value) in items {
            do throws(Problem) {
                let name = try Self.keyField(value)
                if names.contains(name) { throw .refused("'\(name)' is listed twice; remove one") }
                names.append(name)
            } catch {
                absorb([Diagnostic(place: place, problem: error)])
            }
        }
        if diagnostics.count == before, !names.contains("callback_id") {
            report(.refused("'callback_id' must be one of the fields"), at: "callbackKey")
        }
        return names
    }

    private static func keyField(_ value: JSON5Value) throws(Problem) -> String {
        guard case .string(let name) = value else {
            throw .type(expected: "a string", found: value.summary)
        }
        let all = SourceSettings.keyFields
        if all.contains(name) { return name }
        throw .unknownWord(name, nearest: nearestSpelling(of: name, in: all), all: all)
    }
}
