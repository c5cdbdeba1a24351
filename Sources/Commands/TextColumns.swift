/// Formats rows of words in aligned columns, for lists on a terminal.
package enum TextColumns {
    package static func text(_ rows: [[String]]) -> String {
        let widths = (rows.first ?? []).indices.map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        return rows.map { line($0, widths) + "\n" }.joined()
    }

    private static func line(_ row: [String], _ widths: [Int]) -> String {
        let last = row.count - 1
        return row.enumerated().map { column, word in
            let room = column == last ? 0 : widths[column] - word.count
            return word + String(repeating: " ", count: room)
        }.joined(separator: "  ")
    }
}
