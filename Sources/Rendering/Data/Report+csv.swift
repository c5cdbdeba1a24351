import CivilTime
import JSON
package import Reporting

extension Report {
    /// A header, and a row for each profile, for spreadsheets.
    ///
    /// The rate is a share from 0 to 1, empty when nothing was delivered or failed; instants are
    /// RFC 3339 with the offset of the company's zone.
    package var csv: String {
        let header = CSVRow(cells: [
            "profile_id", "title", "delivered", "failed", "retrying", "delivery_rate",
            "failing_since",
        ])
        return header.text + profiles.map { row($0).text }.joined()
    }

    private func row(_ profile: ProfileLine) -> CSVRow {
        CSVRow(cells: [
            CSVRow.defused(profile.profileID ?? ""), CSVRow.defused(profile.title ?? ""),
            String(profile.tally.delivered), String(profile.tally.failed),
            String(profile.tally.retrying),
            profile.tally.roundedRate.map { JSONValue.rounded($0).text() } ?? "",
            profile.failingSince?.rfc3339(in: zone) ?? "",
        ])
    }
}
