import API
import Addresses
import CivilTime
import HTTPServer
import Rendering
import ReportDelivery
import Reporting
import Settings
import Storage
import Templates

/// The report of the last complete period of each frequency, as its email shows it, and of the time
/// since then.
extension PageController {
    func reportsPage() throws -> Response {
        guard let frequency = Frequency(rawValue: pageRequest.subject) else {
            return Message.notFound.answer(pageRequest)
        }
        let tabs = Frequency.allCases.map { other -> TemplateValue in
            [
                "address": .text(PageURL.of(.reports, other.rawValue)),
                "words": .text(Self.title(other)), "isCurrent": .flag(other == frequency),
            ]
        }
        let values: [String: TemplateValue] = [
            "tabs": .list(tabs), "report": try reportValues(frequency) ?? .none,
            "title": .text(Self.title(frequency)),
        ]
        return document("reports", "\(Self.title(frequency)) report", values)
    }

    /// Returns the HTML of the email on its own. It can neither run scripts nor load anything.
    func mailPage() throws -> Response {
        guard let frequency = Frequency(rawValue: pageRequest.subject),
            let mail = try report(frequency)?.mail
        else { return Message.notFound.answer(pageRequest) }
        let policy = [
            "default-src 'none'", "style-src 'unsafe-inline'", "sandbox", "base-uri 'none'",
            "form-action 'none'", "frame-ancestors 'self'",
        ]
        return Response(
            status: 200, headers: Response.headers("text/html; charset=utf-8", policy),
            body: Array(mail.html.utf8))
    }

    static func title(_ frequency: Frequency) -> String {
        frequency.rawValue.prefix(1).uppercased() + frequency.rawValue.dropFirst()
    }

    /// Whether the time since the last complete period is requested.
    private var isSoFar: Bool { pageRequest.parameter("until") == "now" }

    private func reportValues(_ frequency: Frequency) throws -> TemplateValue? {
        guard let (report, mail) = try report(frequency) else { return nil }
        let query = isSoFar ? "?until=now" : ""
        return [
            "isSoFar": .flag(isSoFar), "whole": .text(PageURL.of(.reports, frequency.rawValue)),
            "soFar": .text(PageURL.of(.reports, frequency.rawValue) + "?until=now"),
            "subject": .text(mail.subject),
            "start": .text(times.full(report.period.start)),
            "end": .text(times.full(report.period.end)),
            "mail": .text(PageURL.of(.mail, frequency.rawValue) + query),
            "settings": .text(PageURL.of(.settings)),
            "isSent": .flag(company?.isSent(frequency) ?? false),
        ]
    }

    /// Returns nil if the company is not in the configuration.
    private func report(_ frequency: Frequency) throws -> (report: Report, mail: RenderedMail)? {
        guard let configuration, let company else { return nil }
        let log = operations.stores.log
        let composer = try ReportComposer(configuration, log, tzVersion: options.tzVersion)
        let settings = company.reports.first { $0.frequency == frequency }
        let schedule = settings?.schedule ?? Schedule(frequency: frequency, zone: company.zone)
        var report = try ReportLedger(in: log).lastReport(
            of: company, schedule, endingBy: operations.now, by: composer)
        if isSoFar, report.period.end < operations.now {
            let since = Period(start: report.period.end, end: operations.now)
            report = try composer.report(of: company, nil, since, now: operations.now)
        }
        return (report, try composer.mails.rendered(report))
    }
}

extension CompanySettings {
    /// Whether reports of a frequency are sent.
    fileprivate func isSent(_ frequency: Frequency) -> Bool {
        enabled && reports.contains { $0.frequency == frequency && $0.enabled }
    }
}

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
            "preview": .text(PageURL.of(.reports, frequency.rawValue)),
            "lines": .list(isOn ? settings.map { lines($0, of: company) } ?? [] : []),
        ]
    }

    private func lines(
        _ settings: ReportSettings, of company: CompanySettings
    ) -> [TemplateValue] {
        let targets = company.targets(of: .report(settings.frequency))
        let next = settings.schedule.occurrence(after: operations.now)
        let lines = [
            ("Due", Self.due(settings.schedule)), ("Next", times.full(next)),
            ("Recipients", targets.map { "\($0)" }.joined(separator: "\n")),
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
