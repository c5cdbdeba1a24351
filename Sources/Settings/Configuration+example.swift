extension Configuration {
    /// The configuration that `init` writes: every key, each explained, ready for a first run.
    ///
    /// Mail goes into the Maildir `mail` beside it, so that no mail server is needed.
    package static let example = """
        // The configuration of callback-reports, in JSON5: JSON with comments and with commas
        // after the last element. 'callback-reports check' finds every mistake in it.
        // Paths are relative to the directory of this file.
        {
          // The SQLite file that holds everything; made by the first run.
          "database": "callbacks.db",

          // NDJSON or CSV files that other programs append records of deliveries to; each run reads
          // what is new in them. '*', '?' and '[…]' stand for parts of names. Where an event has
          // one id for all its endpoints, add "callbackKey": ["callback_id", "profile_id"].
          // "sources": [{"path": "log/callbacks*.ndjson"}],

          // Single attempts older than this are dropped; the counts stay. Without it all is kept.
          "retention": "400d",

          // How many missed reports of one kind are sent after a pause, oldest first; the others
          // are recorded as skipped. 0 sends only the latest.
          "catchUp": 7,

          "mail": {
            // file:DIRECTORY  a Maildir, which mail readers open: nothing leaves the machine
            // smtp://HOST:PORT   a mail server, with STARTTLS; port 587 when there is none
            // smtps://HOST:PORT  a mail server, with TLS from the start; port 465
            "url": "file:mail",

            // The sender; bounces come back to it.
            "from": "Callback Reports <reports@example.com>",

            // For a server that wants a password. The password itself stands in a file, alone on
            // its line, or in an environment variable, never here.
            // "username": "reports",
            // "passwordFile": "/run/secrets/smtp",
            // "passwordEnvironment": "SMTP_PASSWORD",

            // "required" is the default; "none" sends in clear text, which is refused when there
            // is a password, except to this machine itself.
            // "tls": "none",

            // Certificates to trust in place of the system's, as PEM.
            // "caFile": "ca.pem",

            // "replyTo": "Support <support@example.com>",

            // An https: or mailto: address for those who want no more reports.
            // "unsubscribe": "mailto:reports@example.com?subject=unsubscribe",

            // The name by which this machine greets the mail server.
            // "helloName": "reports.example.com",
          },

          // Fetched at the end of each run, so that a monitor notices when there are no more runs;
          // with /fail at its end when something failed.
          // "heartbeat": "https://monitor.example.com/ping/reports",

          // Told once, by mail, when a report is given up.
          // "operator": "Operator <operator@example.com>",

          // Templates in this directory take the place of those in the program.
          // "templatesDirectory": "templates",

          // Of callback-gateway, the program that keeps callback profiles and sends callbacks.
          "gateway": {
            // The key of the secrets in the database, made on first use. Keep a copy of it apart
            // from the copies of the database.
            "secretKeyFile": "callback-gateway.key",

            // Callbacks never go to loopback, private and other special addresses but for these.
            "allowNetworks": [],

            // Proxies on other machines that name their clients in X-Forwarded-For.
            "trustedProxies": [],

            // How much one company may have.
            "profilesPerCompany": 1000,
            "numbersPerCompany": 10000,

            // What the ids of new profiles begin with.
            "pod": "IN",

            // Where people reach the pages; mails then link to them.
            // "publicURL": "https://callbacks.example.com",
          },

          // A mistake in one company holds up that company alone.
          "companies": [
            {
              // The company's id, as it stands in the records.
              "sid": "HXXXXXXX071IN",

              // How the reports call it; the sid when absent.
              "name": "Example Ltd",

              // A name of the tz database; all times are on the clocks of this zone.
              "timeZone": "Asia/Kolkata",

              // Titles that the reports show for profiles, and for endpoints without a profile.
              // "profiles": {"IN_chat-inbox": "Chat inbox", "https://hooks.example.com": "Orders"},

              "callbackReport": {
                // false sends nothing to this company.
                "enabled": true,

                // Each frequency that stands here is sent, unless it has "enabled": false.
                // Addresses stand in one string with commas between them.
                "daily": {
                  "emailAddresses": "ops@example.com, Customer Care <care@example.com>",

                  // When it is due, from 00:00 to 23:59.
                  "time": "17:00",

                  // true attaches the counts as CSV.
                  "attachCSV": false,

                  // true sends no mail for a period without callbacks.
                  "skipEmpty": false,
                },
                "weekly": {
                  "emailAddresses": "lead@example.com",
                  "weekday": "wednesday",
                },
                "monthly": {
                  "emailAddresses": "cto@example.com",

                  // 29 to 31 mean the last day in shorter months.
                  "dayOfMonth": 25,
                },
              },
            },
          ],
        }

        """
}
