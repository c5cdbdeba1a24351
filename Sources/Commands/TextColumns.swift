package import CommandLine

/// Formats rows of words in aligned columns, for lists on a terminal.
package enum TextColumns {
    /// - Parameters:
    ///   - rows: The words of each row.
    ///   - emphasis: The color of each row; further rows are plain.
    ///   - style: The style of the stream.
    package static func text(
        _ rows: [[String]], as emphasis: [Emphasis] = [], _ style: Style = Style(isOn: false)
    ) -> String {
        let widths = (rows.first ?? []).indices.map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        return rows.enumerated().map { index, row in
            let emphasis = emphasis.indices.contains(index) ? emphasis[index] : .plain
            return style.text(line(row, widths), as: emphasis) + "\n"
        }.joined()
    }

    private static func line(_ row: [String], _ widths: [Int]) -> String {
        let last = row.count - 1
        return row.enumerated().map { column, word in
            let room = column == last ? 0 : widths[column] - word.count
            return word + String(repeating: " ", count: room)
        }.joined(separator: "  ")
    }
}
