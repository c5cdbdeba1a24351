import CivilTime
import CommandLine
import Commands
import JSON
import Rendering
import ReportDelivery
import Settings
import Storage

/// `history`: lists the due reports and their results.
enum HistoryCommand: Command {
    static let description = CommandDescription(
        name: "history", summary: "Lists reports and alerts: sent, waiting, failed and skipped.",
        discussion: [
            "Lists the newest reports and alerts first, with every recipient and the last response of "
                + "its server. Use 'show ID' to view a report and 'resend ID' to send it again."
        ],
        options: [
            .value("company", "SID", help: "List only this company."),
            .value(
                "format", "F", help: "Output format (default: text).", allowed: ["text", "json"]),
        ],
        examples: [.init("callback-reports history --company HXXXXXXX071IN", "only one company")])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configuration()
        let entries = try entries(context, configuration)
        let isJSON = context.arguments.value("format") == "json"
        let zones = context.zones
        let output = context.console.output
        output.write(isJSON ? json(entries, zones) : text(entries, zones, output.style))
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
        // A misspelled company is a better explanation than a missing database.
        if let sid, isKnown == false, FileCheck.isMissing(configuration.database) {
            _ = try context.company(sid, in: configuration)
        }
        let entries = try Store(existing: configuration).ledger.history(company: sid)
        // A company that was removed from the configuration still has its history.
        if entries.isEmpty, let sid, isKnown == false {
            _ = try context.company(sid, in: configuration)
        }
        return entries
    }

    // MARK: Text

    private static func text(
        _ entries: [ReportEntry], _ zones: ZoneDatabase, _ style: Style
    ) -> String {
        entries.map { entry in
            let number = entry.number.map { "no. \($0)" } ?? "-"
            let due = entry.period.end.rfc3339(in: entry.zone(zones))
            let head =
                "#\(entry.id)  \(entry.company)  \(entry.kind.rawValue)  \(due)  "
                + "\(number)  \(entry.state.rawValue)"
            let reason =
                (entry.skipped ?? entry.subject).map { ": \($0.withVisibleControls)" } ?? ""
            let lines = entry.deliveries.map {
                style.text(line($0, entry, zones), as: $0.state.emphasis)
            }
            return style.text(head + reason, as: entry.state.emphasis) + "\n" + lines.joined()
        }.joined()
    }

    private static func line(
        _ delivery: DeliveryEntry, _ entry: ReportEntry, _ zones: ZoneDatabase
    ) -> String {
        var words = "    \(delivery.target)  \(delivery.state.rawValue)"
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
            "frequency": JSONValue(entry.kind.frequency?.rawValue),
            "period": .period(entry.period, in: zone),
            "number": entry.number.map { .integer($0) } ?? .null,
            "state": .string(entry.state.rawValue),
            "deliveries": .array(entry.deliveries.map { json($0, zone) }),
            "type": .string(entry.kind.type), "subject": JSONValue(entry.subject),
        ])
    }

    private static func json(_ delivery: DeliveryEntry, _ zone: TimeZoneRules) -> JSONValue {
        let next = delivery.state.isFinal ? nil : delivery.nextAttempt
        return .object([
            "address": .string(delivery.target.address), "state": .string(delivery.state.rawValue),
            "attempts": .integer(delivery.attempts), "reply": JSONValue(delivery.reply),
            "messageID": .string(delivery.messageID),
            "nextAttempt": JSONValue(next?.rfc3339(in: zone)),
            "channel": .string(delivery.target.channel.rawValue),
        ])
    }
}

extension ReportState {
    fileprivate var emphasis: Emphasis {
        switch self {
        case .sent, .skipped: .plain
        case .waiting: .warning
        case .partial, .failed, .expired: .error
        }
    }
}

extension DeliveryState {
    fileprivate var emphasis: Emphasis {
        switch self {
        case .accepted, .removed, .pending, .sending: .plain
        case .deferred, .uncertain: .warning
        case .rejected, .expired: .error
        }
    }
}

extension ReportEntry {
    /// The time zone at the time of the claim, or UTC if the tz database no longer contains it.
    fileprivate func zone(_ zones: ZoneDatabase) -> TimeZoneRules {
        (try? zones.zone(named: timeZone)) ?? .utc
    }
}
