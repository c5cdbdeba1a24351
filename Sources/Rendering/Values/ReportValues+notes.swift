import CivilTime
import DeliveryLog
import Reporting
import Templates

/// Notes in addition to the figures, in complete sentences.
extension ReportValues {
    /// The maximum number of disabled profiles to list.
    private static let disabledLimit = 10
    /// The maximum number of expired reports to list.
    private static let expiredLimit = 5

    /// Notes that the reader should know before reading the figures.
    var notes: [String] {
        [progress].compactMap { $0 } + silences
            + [quiet, logBegins, unusualLength, shared].compactMap { $0 } + pruned + disabled
    }

    /// The maximum number of silences to list.
    private static let silenceLimit = 5
    /// The maximum number of corrected or skipped periods to list.
    private static let correctedLimit = 7

    /// Changes to the callbacks and reports of earlier periods.
    var sinceLastReport: [String] {
        [recovered].compactMap { $0 } + skipped + corrections + expired
    }

    /// How much of the period the report covers, if it is not the whole period.
    private var progress: String? {
        guard let now = report.unfinishedAt else { return nil }
        let (start, end) = (report.period.start, report.period.end)
        guard report.progress == .ongoing else {
            return "This period begins on \(times.full(start)). It is now \(times.full(now))."
        }
        let day = times.civil(now).date == times.civil(end).date ? "" : "\(times.day(now)), "
        let compared =
            report.previous == nil ? "" : " Comparisons use the same part of earlier periods."
        return "This period ends on \(times.short(end, near: now)); the report covers it up to "
            + "\(day)\(times.time(now)).\(compared)"
    }

    private var quiet: String? {
        switch report.notes.quiet {
        case nil: nil
        case .noCallbacks:
            "The delivery log is up to date, but none of your callbacks finished in this period."
        case .usualGap(let since, let until):
            "\(gap(since, until)), which is no longer than usual."
        case .longGap(let since, let until):
            "\(gap(since, until)), which is longer than earlier gaps. If records should have arrived "
                + "\(until == nil ? "since" : "during that time"), check the program that writes it."
        case .silent(let since, nil):
            "\(gap(since, nil)), which is longer than usual. The program that writes it may have "
                + "stopped."
        case .silent(let since, let until?): silence(Period(start: since, end: until))
        case .neverAny:
            "The delivery log has no records from before "
                + (report.progress == .ongoing ? "this time" : "the end of this period")
                + ". The program that writes it may not have been connected yet."
        }
    }

    /// The times within the period at which the log was silent.
    private var silences: [String] {
        let named = report.notes.silences.prefix(Self.silenceLimit).map(silence)
        let more = report.notes.silences.count - named.count
        guard more > 0 else { return named }
        let times = NumberFormat.count(more, "more time", "more times")
        return named + ["The delivery log was silent for longer than usual \(times)."]
    }

    private func silence(_ silence: Period) -> String {
        "\(gap(silence.start, silence.end)), which is longer than usual. The program that writes it "
            + "may have stopped during that time."
    }

    private func gap(_ since: Instant, _ until: Instant?) -> String {
        guard let until else {
            return "The delivery log has received no records since \(times.full(since))"
        }
        return "The delivery log has no records from \(times.full(since)) to \(times.full(until))"
    }

    private var logBegins: String? {
        guard let beginning = report.notes.logBegins else { return nil }
        let time = times.short(beginning, near: report.period.end)
        return "The log begins on \(time). There is no data before that time."
    }

    private var unusualLength: String? {
        guard report.notes.hasUnusualLength else { return nil }
        return "The time zone, time or day of the reports has changed, so this period has an "
            + "unusual length: \(DurationFormat.span(milliseconds: report.period.length))."
    }

    private var shared: String? {
        guard let example = report.notes.shared.example else { return nil }
        let hidden = report.notes.shared.hidden
        let attempts = NumberFormat.count(hidden, "attempt is", "attempts are")
        let names = example.endpoints.compactMap { $0.id?.name() }.joined(separator: " and ")
        return "\(attempts) not counted because callbacks to several endpoints share one ID, "
            + "for example \(example.callbackID.name()) to \(names). A delivery to one endpoint can hide a "
            + "failure at another."
    }

    private var pruned: [String] {
        guard let pruned = report.notes.pruned else { return [] }
        let deleted = "attempts from before \(times.full(pruned.before)) were deleted"
        var sentences: [String] = []
        if pruned.failed > 0 {
            let callbacks = NumberFormat.count(pruned.failed, "failed callback", "failed callbacks")
            sentences.append("\(callbacks) can no longer be listed, because \(deleted).")
        }
        if pruned.lacksEnds {
            sentences.append(
                "The period is counted only in whole 15-minute intervals, because \(deleted).")
        }
        if pruned.lacksRetried {
            sentences.append(
                "Callbacks that were tried again after the time of this report may be missing, "
                    + "because \(deleted).")
        }
        return sentences
    }

    private var disabled: [String] {
        let profiles = report.notes.disabled
        let named = profiles.prefix(Self.disabledLimit).map { profile in
            let name = self.name(of: .profile(profile.profileID), profile.title)
            let since = times.short(profile.since, near: report.period.end)
            return "\(name) has been disabled since \(since) because its callbacks could not be "
                + "delivered. All further callbacks fail until you enable it."
        }
        let more = profiles.count - named.count
        guard more > 0 else { return named }
        let words = NumberFormat.count(more, "more profile is", "more profiles are")
        return named + ["\(words) disabled for the same reason."]
    }

    private var recovered: String? {
        guard report.recovered > 0 else { return nil }
        return
            "\(NumberFormat.callbacks(report.recovered)) that had failed by the end of the "
            + "previous period \(report.recovered == 1 ? "has" : "have") been delivered since."
    }

    /// What happened in earlier periods whose reports were skipped.
    private var skipped: [String] {
        let failed = report.skipped.filter { $0.totals.failed > 0 }
        let named = failed.prefix(Self.correctedLimit)
        let sentences = named.map {
            "No report was sent for \(times.short($0.period, near: report.period.end)): "
                + "\(figures($0.totals))."
        }
        let rest = report.skipped.filter { $0.totals.failed == 0 } + failed.dropFirst(named.count)
        guard !rest.isEmpty else { return sentences }
        let periods = NumberFormat.count(
            rest.count, named.isEmpty ? "earlier period" : "other earlier period",
            named.isEmpty ? "earlier periods" : "other earlier periods")
        return sentences + [
            "No report was sent for \(periods): \(figures(Tally(sumOf: rest.map(\.totals))))."
        ]
    }

    /// Returns the figures that are not zero: `40 failed, 3 retrying`.
    private func figures(_ tally: Tally) -> String {
        let figures = [
            (tally.failed, "failed"), (tally.delivered, "delivered"), (tally.retrying, "retrying"),
        ].filter { $0.0 > 0 }
        if figures.isEmpty { return "no callbacks" }
        return figures.map { "\(NumberFormat.grouped($0)) \($1)" }.joined(separator: ", ")
    }

    private var corrections: [String] {
        let all = report.allCorrections
        let named = all.prefix(Self.correctedLimit).map { corrections in
            "Late records changed the period from "
                + "\(times.short(corrections.period, near: report.period.end)): "
                + "\(changes(corrections))."
        }
        let rest = all.dropFirst(Self.correctedLimit)
        guard !rest.isEmpty else { return named }
        let late = rest.reduce(0) { $0 + $1.lateFailures }
        let periods = NumberFormat.count(rest.count, "earlier period", "earlier periods")
        return named + [
            "Late records also changed \(periods): \(NumberFormat.grouped(late)) more failed."
        ]
    }

    /// Returns the figures that changed: `300 failed (reported: 0)`.
    private func changes(_ corrections: Corrections) -> String {
        let (before, now) = (corrections.reported, corrections.now)
        let figures = [
            (now.failed, before.failed, "failed"), (now.delivered, before.delivered, "delivered"),
            (now.retrying, before.retrying, "retrying"),
        ]
        return figures.filter { $0.0 != $0.1 }.map { now, before, name in
            "\(NumberFormat.grouped(now)) \(name) (reported: \(NumberFormat.grouped(before)))"
        }.joined(separator: ", ")
    }

    private var expired: [String] {
        let periods = report.notes.expired
        let named = periods.prefix(Self.expiredLimit).map {
            "The report for \(times.short($0, near: report.period.end)) "
                + "did not reach all recipients."
        }
        let more = periods.count - named.count
        guard more > 0 else { return named }
        let reports = NumberFormat.count(more, "more report", "more reports")
        return named + ["\(reports) did not reach all recipients either."]
    }

    var foot: TemplateValue {
        let version = report.notes.tzVersion.map { ", tz database \($0.name())" } ?? ""
        return [
            "zone": .text(report.company.timeZone.name() + version),
            "number": TemplateValue(number),
            "next": TemplateValue(report.notes.nextDue.map { times.full($0) }),
        ]
    }

    private var number: String? {
        guard let number = report.notes.number else { return nil }
        let series = report.frequency.map { "\($0.title) report" } ?? "Report"
        return "\(series) no. \(NumberFormat.grouped(number))"
    }
}
