import CivilTime
import DeliveryLog
import Reporting
import Scheduling
import Templates

/// Where the reader finds the callbacks that were not delivered.
extension ReportValues {
    var failures: TemplateValue {
        let totals = report.totals
        let isAny = totals.failed + totals.retrying > 0
        return [
            "page": TemplateValue(report.notes.page),
            "words": .text(isAny ? "See what was not delivered" : "See all callbacks"),
            "command": .list(
                isAny && report.notes.page == nil ? command.map { .text($0) } : []),
            "hasCommand": .flag(isAny && report.notes.page == nil),
        ]
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
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "."):
                true
            default: false
            }
        }
        return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }
}
