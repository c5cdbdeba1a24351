import CivilTime
import DeliveryLog
import JSON
package import Reporting

/// A CSV row as defined by https://www.rfc-editor.org/rfc/rfc4180, ending with CRLF.
package struct CSVRow {
    package var cells: [String]

    /// The mark before the header row. Without it Excel takes the file for text in the code page of
    /// the system and garbles all but ASCII. `import` reads files with it and without.
    package static let mark = "\u{FEFF}"

    package init(cells: [String]) {
        self.cells = cells
    }

    package var text: String { cells.map(Self.quoted).joined(separator: ",") + "\r\n" }

    /// Returns an untrusted cell in a form that spreadsheets do not run as a formula.
    ///
    /// Spreadsheets run cells that begin with these characters as formulas, quoted or not. An
    /// apostrophe makes them text. See https://owasp.org/www-community/attacks/CSV_Injection.
    package static func defused(_ cell: String) -> String {
        guard let first = cell.unicodeScalars.first(where: { $0 != " " }) else { return cell }
        return ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"].contains(first)
            ? "'" + cell : cell
    }

    private static func quoted(_ cell: String) -> String {
        let needsQuotes = cell.unicodeScalars.contains {
            $0 == "," || $0 == "\"" || $0 == "\r" || $0 == "\n"
        }
        guard needsQuotes else { return cell }
        let doubled = cell.split(separator: "\"", omittingEmptySubsequences: false)
        return "\"" + doubled.joined(separator: "\"\"") + "\""
    }
}

extension Report {
    /// A header and a row for each endpoint, for spreadsheets.
    ///
    /// The rate is from 0 to 1, and empty if it is unknown. Instants are in RFC 3339 with the offset
    /// of the company's time zone.
    package var csv: String {
        let header = CSVRow(cells: [
            "profile_id", "title", "delivered", "failed", "retrying", "delivery_rate",
            "failing_since", "origin", "failing",
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
            CSVRow.defused(line.endpoint.origin ?? ""), failing == nil ? "false" : "true",
        ])
    }
}
