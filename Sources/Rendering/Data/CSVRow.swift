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
