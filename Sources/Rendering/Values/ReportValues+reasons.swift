import DeliveryLog
import Reporting
import Templates

/// The reasons why callbacks failed.
extension ReportValues {
    /// The columns of the longest bar in text.
    private static let barColumns = 24

    var reasons: TemplateValue {
        let most = report.reasons.map(\.count).max() ?? 0
        return [
            "isAny": .flag(!report.reasons.isEmpty),
            "rows": .list(report.reasons.map { row($0, most: most) }),
            "lines": .list(report.reasons.isEmpty ? [] : lines(most: most)),
        ]
    }

    private func row(_ line: ReasonLine, most: Int) -> TemplateValue {
        let width = Bar.length(line.count, of: most, longest: 100)
        return [
            "label": .text(line.reason.label), "name": .text(line.reason.name),
            "count": .grouped(line.count),
            "share": .text(NumberFormat.share(line.count, of: report.totals.failed)),
            "width": .text(String(width)),
            "bar": bar(Tally(failed: line.count), width: width),
        ]
    }

    private func lines(most: Int) -> [TemplateValue] {
        let rows = report.reasons.map { line in
            let length = Bar.length(line.count, of: most, longest: Self.barColumns)
            return TextTable.Row(cells: [
                line.reason.label, NumberFormat.grouped(line.count),
                NumberFormat.share(line.count, of: report.totals.failed),
                String("#", times: length),
            ])
        }
        let table = TextTable(
            header: ["WHY CALLBACKS FAILED", "FAILED", "SHARE", ""], rows: rows, endsWithBar: true)
        return table.lines.map { .text($0) }
    }
}

extension Reason {
    /// The text of the reason.
    var label: String {
        switch self {
        case .http3xx: "Redirected (HTTP 3xx)"
        case .http4xx: "Rejected (HTTP 4xx)"
        case .http5xx: "Server error (HTTP 5xx)"
        case .timeout: "Timeout"
        case .dns: "Host name not found (DNS)"
        case .connect: "No connection"
        case .tls: "TLS or certificate error"
        case .blocked: "Address not allowed"
        case .disabled: "Profile disabled"
        case .other: "Other reason"
        }
    }
}
