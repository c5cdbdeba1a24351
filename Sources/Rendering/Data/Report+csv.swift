import CivilTime
import JSON
package import Reporting

extension Report {
    /// A header and a row for each endpoint, for spreadsheets.
    ///
    /// The rate is from 0 to 1, and empty if nothing was delivered or failed. Instants are in RFC
    /// 3339 with the offset of the company's time zone.
    package var csv: String {
        let header = CSVRow(cells: [
            "profile_id", "title", "delivered", "failed", "retrying", "delivery_rate",
            "failing_since", "origin",
        ])
        return CSVRow.mark + header.text + endpoints.map { row($0).text }.joined()
    }

    private func row(_ line: EndpointLine) -> CSVRow {
        let failing = failing.first { $0.endpoint == line.endpoint }
        return CSVRow(cells: [
            CSVRow.defused(line.endpoint.profileID ?? ""), CSVRow.defused(line.title ?? ""),
            String(line.tally.delivered), String(line.tally.failed),
            String(line.tally.retrying),
            line.tally.roundedRate.map { JSONValue.rounded($0).text() } ?? "",
            failing?.since?.rfc3339(in: zone) ?? "",
            CSVRow.defused(line.endpoint.origin ?? ""),
        ])
    }
}
