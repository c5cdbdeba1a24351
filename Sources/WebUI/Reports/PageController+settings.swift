import API
import Addresses
import CivilTime
import HTTPServer
import Rendering
import Settings
import Templates

/// The notification settings in the current configuration.
extension PageController {
    func settingsPage() -> Response {
        let values: [String: TemplateValue] = [
            "company": company.map { .text($0.name) } ?? .none,
            "zone": .text(zone.name), "isOff": .flag(company.map { !$0.enabled } ?? false),
            "frequencies": .list(
                company.map { company in
                    Frequency.allCases.map { frequency(of: company, $0) }
                } ?? []),
        ]
        return document("settings", "Notifications", values)
    }

    private func frequency(of company: CompanySettings, _ frequency: Frequency) -> TemplateValue {
        let settings = company.reports.first { $0.frequency == frequency }
        let isOn = company.enabled && settings?.enabled == true
        return [
            "title": .text("\(Self.title(frequency)) report"), "isOn": .flag(isOn),
            "preview": .text(Address.of(.reports, frequency.rawValue)),
            "lines": .list(isOn ? settings.map(lines) ?? [] : []),
        ]
    }

    private func lines(_ settings: ReportSettings) -> [TemplateValue] {
        let next = settings.schedule.occurrence(after: operations.now)
        let lines = [
            ("Due", Self.due(settings.schedule)), ("Next", times.full(next)),
            ("Recipients", settings.recipients.map(\.address).joined(separator: "\n")),
            ("CSV file", settings.attachCSV ? "Attached" : "Not attached"),
            ("If there are no callbacks", settings.skipEmpty ? "No email" : "Email is sent"),
        ]
        return lines.map { ["name": .text($0.0), "text": .text($0.1)] }
    }

    private static func due(_ schedule: Schedule) -> String {
        let time = "at \(schedule.time.hoursAndMinutes)"
        switch schedule.frequency {
        case .daily: return "Every day \(time)"
        case .weekly: return "Every \(schedule.weekday.name) \(time)"
        case .monthly:
            let isLast = schedule.dayOfMonth > 28
            return "Every month on day \(schedule.dayOfMonth) \(time)"
                + (isLast ? ", or on the last day of shorter months" : "")
        }
    }
}
