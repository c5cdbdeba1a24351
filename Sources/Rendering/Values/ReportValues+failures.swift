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
                onPages.isEmpty ? "See the callback profiles" : "See what was not delivered"),
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
        let company = "callback-reports failures --company \(Self.quoted(report.company.sid))"
        let retrying = report.totals.retrying > 0 ? " --retrying" : ""
        let (start, end) = (argument(report.period.start), argument(report.period.end))
        guard let frequency = report.frequency else {
            return ["\(company)\(retrying) \\", "  --from \(start) --to \(end)"]
        }
        return ["\(company)\(retrying) \\", "  --frequency \(frequency.rawValue) --ending \(end)"]
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

    /// Quotes a word for a shell.
    private static func quoted(_ word: String) -> String {
        let word = word.printable
        let isPlain = word.utf8.allSatisfy { byte in
            byte.isLetterOrDigit
                || [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: ".")].contains(byte)
        }
        return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }
}

extension String {
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
