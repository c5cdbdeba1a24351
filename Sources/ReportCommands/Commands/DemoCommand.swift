import CivilTime
import CommandLine
import Commands
import Rendering
import ReportDelivery
import Settings
import Storage

/// `demo`: shows the product with generated data.
enum DemoCommand: Command {
    static let description = CommandDescription(
        name: "demo", summary: "Demonstrates the reports with generated data in a new directory.",
        discussion: [
            "Writes a configuration and ten days of generated attempts, imports them, simulates a "
                + "week of scheduled runs that deliver to a Maildir, and shows one report and the alerts. "
                + "No email leaves your machine."
        ],
        options: [
            .value(
                "now", "TIME",
                help: "End of the ten days, as an RFC 3339 time (default: now).")
        ],
        operands: [
            .init("DIR", .atMostOne, help: "A new directory (default: callback-reports-demo).")
        ],
        examples: [.init("callback-reports demo", "try it")])

    static func run(_ context: Context) throws -> ExitStatus {
        let now = try now(context)
        let name = context.arguments.operands.first ?? "callback-reports-demo"
        let directory = context.directory(name)
        let path = try InitCommand.write(DemoLog.configuration, to: directory)
        let log = "\(directory)/callbacks.ndjson"
        let demo = DemoLog(end: now)
        let lines = try demo.write(to: log)
        context.console.print("wrote \(path)")
        context.console.print("wrote \(log): \(lines) generated attempts of three companies")
        let file = try ConfigurationLocator(
            flag: path, environment: [:], workingDirectory: context.workingDirectory
        ).read()
        let configuration = try Configuration(reading: file, zones: context.zones)
        return try show(configuration, demo, log, directory, context)
    }

    /// Returns the end of the generated days, rounded down to the minute.
    private static func now(_ context: Context) throws -> Instant {
        guard let text = context.arguments.value("now") else {
            return context.clock().rounded(downTo: 60_000)
        }
        guard let time = Instant(timestamp: text), (1971...9998).contains(year(of: time)) else {
            throw context.arguments.invalid(
                "now", expected: "an RFC 3339 time in the years 1971 to 9998")
        }
        return time.rounded(downTo: 60_000)
    }

    private static func year(of time: Instant) -> Int {
        CivilDateTime(secondsSinceEpoch: time.seconds).date.year
    }

    private static func show(
        _ configuration: Configuration, _ demo: DemoLog, _ log: String, _ directory: String,
        _ context: Context
    ) throws -> ExitStatus {
        let store = try Store(configuration)
        let imported = try LogImport(store.log, context, configuration).run([log])
        try runWeek(configuration, store, demo, context)
        let entries = try store.ledger.history(company: DemoLog.failingCompany)
        guard let entry = entries.first(where: { $0.kind == .report(.daily) }),
            let text = try store.ledger.form(.text, ofReport: entry.id),
            let html = try store.ledger.form(.html, ofReport: entry.id)
        else { throw CommandFailure(.internalError, "the demo produced no report to show") }
        let page = "\(directory)/report.html"
        try FileOutput.write(Array(html.utf8), to: page)
        context.console.print("\nThe last daily report of \(DemoLog.failingCompany) as text:\n")
        context.console.output.write(text)
        try showAlerts(store.ledger, context)
        context.console.print("As HTML:    \(page)")
        context.console.print("All emails: \(directory)/mail (a Maildir)")
        context.console.print(
            "History:    callback-reports history --config \(configuration.file)")
        return imported
    }

    /// Prints the alerts, oldest first.
    private static func showAlerts(_ ledger: ReportLedger, _ context: Context) throws {
        let alerts = try ledger.history(company: DemoLog.alertedCompany).reversed()
            .filter { $0.kind.frequency == nil }
        context.console.print(
            "\nThe alerts of \(DemoLog.alertedCompany), which were sent at once:\n")
        for alert in alerts {
            let zone = try context.zones.zone(named: alert.timeZone)
            let time = LocalTimeFormat(zone: zone).full(alert.period.end)
            context.console.print("\(time)  \(alert.subject ?? "")")
        }
        context.console.print("")
    }

    /// Simulates hourly runs during the last week.
    private static func runWeek(
        _ configuration: Configuration, _ store: Store, _ demo: DemoLog, _ context: Context
    ) throws {
        var mails = 0
        for hour in 0...(7 * 24) {
            let now = demo.end.advanced(seconds: Int64(hour - 7 * 24) * 3600)
            let session = try RunSession(context, configuration, store, now: now, isQuiet: true)
            try session.run.perform()
            try store.ledger.recordRun(finishedAt: now, status: Int(session.status.rawValue))
            mails += session.delivered
        }
        context.console.print("simulated a week of hourly runs: \(mails) emails sent")
    }
}

/// Ten days of generated attempts of three companies. One endpoint breaks halfway.
struct DemoLog {
    let end: Instant

    static let failingCompany = "HXXXXXXX071IN"
    /// The company that gets alerts. Its endpoint fails for some hours.
    static let alertedCompany = "HXXXXXXX073US"

    /// The hours in which the endpoint with an outage fails.
    private static let outage = 200..<204

    static let configuration = """
        // Created by 'callback-reports demo'; 'callback-reports init' writes a commented example.
        {
          "database": "callbacks.db",
          "mail": {"url": "file:mail", "from": "Callback Reports <reports@example.com>"},
          "companies": [
            {"sid": "HXXXXXXX071IN", "name": "Monsoon Travel", "timeZone": "Asia/Kolkata",
             "callbackReport": {
               "daily": {"emailAddresses": "ops@monsoon.example, Care <care@monsoon.example>"},
               "weekly": {"emailAddresses": "lead@monsoon.example", "attachCSV": true},
               "monthly": {"emailAddresses": "cto@monsoon.example"}}},
            {"sid": "HXXXXXXX072DE", "name": "Nordlicht Versand", "timeZone": "Europe/Berlin",
             "callbackReport": {
               "daily": {"emailAddresses": "betrieb@nordlicht.example"},
               "weekly": {"emailAddresses": "betrieb@nordlicht.example"}}},
            {"sid": "HXXXXXXX073US", "name": "Harbor Clinics", "timeZone": "America/New_York",
             "alerts": {"emailAddresses": "oncall@harbor.example"},
             "callbackReport": {
               "daily": {"emailAddresses": "it@harbor.example"}}},
          ],
        }

        """

    private struct Endpoint {
        var company: String
        var profile: String
        var channel: String
        var event: String
        var host: String
        /// Offset of the company's time zone in hours, which determines its busy time.
        var ahead: Int
        /// Callbacks per hour at noon.
        var rate: Int
        /// Attempts in a thousand that fail for random reasons.
        var flakiness: Int
        var breaks = false
        var hasOutage = false
    }

    private static let endpoints = [
        Endpoint(
            company: failingCompany, profile: "IN_booking-status", channel: "sms",
            event: "SMS-sent",
            host: "https://hooks.monsoon.example", ahead: 5, rate: 900, flakiness: 4),
        Endpoint(
            company: failingCompany, profile: "IN_chat-inbox", channel: "whatsapp",
            event: "incoming-message", host: "https://chat.monsoon.example:8443", ahead: 5,
            rate: 260,
            flakiness: 6, breaks: true),
        Endpoint(
            company: failingCompany, profile: "IN_call-log", channel: "voice", event: "call_end",
            host: "https://hooks.monsoon.example", ahead: 5, rate: 120, flakiness: 2),
        Endpoint(
            company: "HXXXXXXX072DE", profile: "EU_shipping-news", channel: "email",
            event: "Email-sent", host: "https://api.nordlicht.example", ahead: 1, rate: 500,
            flakiness: 3),
        Endpoint(
            company: "HXXXXXXX072DE", profile: "EU_parcel-sms", channel: "sms",
            event: "SMS-sent", host: "https://api.nordlicht.example", ahead: 1, rate: 350,
            flakiness: 12),
        Endpoint(
            company: alertedCompany, profile: "NA_appointments", channel: "voice",
            event: "call_answer", host: "https://callbacks.harbor.example", ahead: -5, rate: 140,
            flakiness: 0, hasOutage: true),
    ]

    private static let hours = 240

    /// Writes the log and returns its number of lines.
    func write(to path: String) throws(OutputError) -> Int {
        var file = try FileOutput(path)
        var random = DemoRandom(state: 2026)
        var lines = 0
        for hour in 0..<Self.hours {
            var text = ""
            for endpoint in Self.endpoints {
                let count = endpoint.rate * load(hour, endpoint.ahead) / 100
                for number in 0..<count {
                    lines += append(endpoint, hour, number, &random, to: &text)
                }
            }
            try file.write(Array(text.utf8))
        }
        try file.commit()
        return lines
    }

    /// Returns the load of an hour, in percent of the busiest hour.
    private func load(_ hour: Int, _ ahead: Int) -> Int {
        let hours = end.milliseconds / 3_600_000 + Int64(hour - Self.hours + ahead)
        return Self.loads[Int(hours % 24)]
    }

    /// The load by hour of the day.
    private static let loads = [
        12, 8, 6, 6, 8, 14, 26, 42, 60, 78, 90, 98, 100, 97, 92, 86, 80, 72, 62, 50, 40, 30, 22, 16,
    ]

    /// Appends one callback with its attempts and returns the number of lines.
    private func append(
        _ endpoint: Endpoint, _ hour: Int, _ number: Int, _ random: inout DemoRandom,
        to text: inout String
    ) -> Int {
        let id = "\(endpoint.profile)-\(hour)-\(number)"
        let start = end.advanced(
            milliseconds: Int64(hour - Self.hours) * 3_600_000 + Int64(random.below(3_500_000)))
        let isBroken = endpoint.breaks && hour >= Self.hours / 2
        let fails = isBroken || random.below(1000) < endpoint.flakiness
        guard fails else {
            let isOut = endpoint.hasOutage && Self.outage.contains(hour)
            let result = isOut ? "\"outcome\":\"failed\",\"status\":503" : "\"status\":200"
            text += line(endpoint, id, 1, start, result, 40 + random.below(400))
            return 1
        }
        let status = isBroken && random.below(4) > 0 ? "\"error\":\"timeout\"" : "\"status\":503"
        let milliseconds = isBroken ? 15_000 : 90 + random.below(900)
        let retrying = "\"outcome\":\"retrying\",\(status)"
        text += line(endpoint, id, 1, start, retrying, milliseconds)
        let recovers = !isBroken && random.below(10) < 8
        let last = recovers ? "\"status\":200" : "\"outcome\":\"failed\",\(status)"
        text += line(
            endpoint, id, 2, start.advanced(seconds: 60), last, recovers ? 120 : milliseconds)
        return 2
    }

    private func line(
        _ endpoint: Endpoint, _ id: String, _ attempt: Int, _ finishedAt: Instant,
        _ result: String, _ milliseconds: Int
    ) -> String {
        """
        {"callback_id":"\(id)","company":"\(endpoint.company)","attempt":\(attempt),\
        "finished_at":"\(finishedAt.rfc3339)",\(result),"profile_id":"\(endpoint.profile)",\
        "channel":"\(endpoint.channel)","event":"\(endpoint.event)","method":"POST",\
        "url":"\(endpoint.host)/callback","duration_ms":\(milliseconds)}

        """
    }
}

/// A deterministic random number generator: Knuth's MMIX generator.
private struct DemoRandom {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(limit))
    }
}
