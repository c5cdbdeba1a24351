import CivilTime
import CommandLine
import Commands
import JSON
import Rendering
import ReportDelivery
import Settings

/// `history`: the reports that were due, and what became of them.
enum HistoryCommand: Command {
    static let description = CommandDescription(
        name: "history", summary: "Lists the reports sent, waiting, failed and skipped.",
        discussion: [
            "Newest first, with every recipient and the last answer of the mail server. "
                + "'show ID' shows one again, 'resend ID' mails it again."
        ],
        options: [
            .value("company", "SID", help: "Only this company."),
            .value("format", "F", help: "The form of the list (text).", allowed: ["text", "json"]),
        ],
        examples: [.init("callback-reports history --company HXXXXXXX071IN", "one company's")])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configuration()
        let entries = try entries(context, configuration)
        let isJSON = context.arguments.value("format") == "json"
        let zones = context.zones
        context.console.output.write(isJSON ? json(entries, zones) : text(entries, zones))
        return .success
    }

    private static func entries(
        _ context: Context, _ configuration: Configuration
    ) throws -> [ReportEntry] {
        let sid = context.arguments.value("company")
        let isKnown = sid.map { sid in
            configuration.companies.contains { $0.sid == sid }
                || configuration.invalidCompanies.contains { $0.sid == sid }
        }
        // A slip in the name says more than that there is nothing yet.
        if let sid, isKnown == false, FileCheck.isMissing(configuration.database) {
            _ = try context.company(sid, in: configuration)
        }
        let entries = try Store(existing: configuration).ledger.history(company: sid)
        // One that was taken out of the configuration still has its history.
        if entries.isEmpty, let sid, isKnown == false {
            _ = try context.company(sid, in: configuration)
        }
        return entries
    }

    // MARK: Text

    private static func text(_ entries: [ReportEntry], _ zones: ZoneDatabase) -> String {
        entries.map { entry in
            let number = entry.number.map { "no. \($0)" } ?? "-"
            let due = entry.period.end.rfc3339(in: entry.zone(zones))
            let head =
                "#\(entry.id)  \(entry.company)  \(entry.frequency.rawValue)  \(due)  "
                + "\(number)  \(entry.state.rawValue)"
            let reason = entry.skipped.map { ": \($0)" } ?? ""
            return head + reason + "\n" + entry.deliveries.map { line($0, entry, zones) }.joined()
        }.joined()
    }

    private static func line(
        _ delivery: DeliveryEntry, _ entry: ReportEntry, _ zones: ZoneDatabase
    ) -> String {
        var words = "    \(delivery.address)  \(delivery.state.rawValue)"
        words += delivery.attempts == 1 ? ", 1 attempt" : ", \(delivery.attempts) attempts"
        if let reply = delivery.reply { words += ": \(reply.withVisibleControls)" }
        if let next = delivery.nextAttempt, !delivery.state.isFinal {
            words += "; next \(next.rfc3339(in: entry.zone(zones)))"
        }
        return words + "\n"
    }

    // MARK: JSON

    private static func json(_ entries: [ReportEntry], _ zones: ZoneDatabase) -> String {
        JSONValue.array(entries.map { json($0, zones) }).text() + "\n"
    }

    private static func json(_ entry: ReportEntry, _ zones: ZoneDatabase) -> JSONValue {
        let zone = entry.zone(zones)
        return .object([
            "id": .integer(Int(entry.id)), "company": .string(entry.company),
            "frequency": .string(entry.frequency.rawValue),
            "period": .period(entry.period, in: zone),
            "number": entry.number.map { .integer($0) } ?? .null,
            "state": .string(entry.state.rawValue),
            "deliveries": .array(entry.deliveries.map { json($0, zone) }),
        ])
    }

    private static func json(_ delivery: DeliveryEntry, _ zone: TimeZoneRules) -> JSONValue {
        let next = delivery.state.isFinal ? nil : delivery.nextAttempt
        return .object([
            "address": .string(delivery.address), "state": .string(delivery.state.rawValue),
            "attempts": .integer(delivery.attempts), "reply": JSONValue(delivery.reply),
            "messageID": .string(delivery.messageID),
            "nextAttempt": JSONValue(next?.rfc3339(in: zone)),
        ])
    }
}

extension ReportEntry {
    /// The zone it was claimed in; UTC should the tz database have lost it.
    fileprivate func zone(_ zones: ZoneDatabase) -> TimeZoneRules {
        (try? zones.zone(named: timeZone)) ?? .utc
    }
}
