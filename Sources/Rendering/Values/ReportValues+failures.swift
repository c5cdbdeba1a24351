import CivilTime
import DeliveryLog
import Reporting
import Templates

/// Where the reader finds the callbacks that were not delivered.
extension ReportValues {
    var failures: TemplateValue {
        let isAny = report.totals.failed + report.totals.retrying > 0
        let undelivered = report.endpoints.filter { $0.tally.failed + $0.tally.retrying > 0 }
        let onPages = undelivered.filter { page(of: $0.endpoint) != nil }
        let needsCommand = isAny && (onPages.isEmpty || onPages.count < undelivered.count)
        return [
            "page": TemplateValue(report.notes.page),
            "words": .text(
                onPages.isEmpty ? "View the callback profiles" : "View undelivered callbacks"),
            "command": .list(needsCommand ? command.map { .text($0) } : []),
            "hasCommand": .flag(needsCommand),
        ]
    }

    /// Returns the page of an endpoint that is a profile of the gateway, or nil for other endpoints.
    func page(of endpoint: Endpoint) -> String? {
        guard let list = report.notes.page, let id = endpoint.profileID, id.isProfileOfGateway
        else { return nil }
        return "\(list)/\(id)"
    }

    /// The shell command that lists them, as lines.
    private var command: [String] {
        let company = "callback-reports failures --company \(report.company.sid.shellWord)"
        let retrying = report.totals.retrying > 0 ? " --retrying" : ""
        let file = report.notes.configuration.map { "  --config \($0.shellWord) \\" }
        let (start, end) = (argument(report.period.start), argument(report.period.end))
        let period =
            report.frequency.map { "  --frequency \($0.rawValue) --ending \(end)" }
            ?? "  --from \(start) --to \(end)"
        return ["\(company)\(retrying) \\", file, period].compactMap { $0 }
    }

    /// Returns a time in the company's time zone as the commands accept it. It includes the offset
    /// if the local time is ambiguous or has seconds.
    private func argument(_ instant: Instant) -> String {
        let civil = times.civil(instant)
        let isPlain =
            instant.milliseconds % 60_000 == 0 && report.zone.instant(of: civil) == instant
        return isPlain
            ? "\(civil.date)T\(civil.time.hoursAndMinutes)" : instant.rfc3339(in: report.zone)
    }

}

extension String {
    /// The printable text as one word of a shell command, quoted if necessary.
    var shellWord: String {
        let word = printable
        let isPlain = word.utf8.allSatisfy { $0.isLetterOrDigit || "_-./".utf8.contains($0) }
        return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }

    /// Whether the text is an ID of the gateway: the letters and digits of a pod, `_` and a UUID.
    fileprivate var isProfileOfGateway: Bool {
        let parts = utf8.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
        guard parts.count == 2, (1...16).contains(parts[0].count), parts[1].count == 36 else {
            return false
        }
        return parts[0].allSatisfy(\.isLetterOrDigit)
            && parts[1].enumerated().allSatisfy { index, byte in
                [8, 13, 18, 23].contains(index)
                    ? byte == UInt8(ascii: "-") : byte.isLetterOrDigit
            }
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
