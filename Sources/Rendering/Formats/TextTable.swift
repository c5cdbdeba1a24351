/// A table in plain text. The first column gets the width that the other columns leave, and its
/// cells are truncated if necessary.
struct TextTable {
    /// The titles of the columns.
    var header: [String]
    var rows: [Row] = []
    /// Whether the last column contains bars, which are left-aligned.
    var endsWithBar = false

    static let width = 80
    private static let gap = "  "

    struct Row {
        var cells: [String]
        /// Lines below the row, indented.
        var notes: [String] = []
    }

    /// All lines, starting with the header. No line is wider than ``width``.
    var lines: [String] {
        let widths = columnWidths
        let header = line(header, widths)
        return [header]
            + rows.flatMap { row in
                [line(row.cells, widths)]
                    + row.notes.map { ("  " + $0).cut(columns: Self.width) }
            }
    }

    private var columnWidths: [Int] {
        let table = [header] + rows.map(\.cells)
        var widths = header.indices.map { column in
            table.map { $0[column].displayWidth }.max() ?? 0
        }
        let figures = widths.dropFirst().reduce(0) { $0 + $1 + Self.gap.count }
        widths[0] = min(widths[0], max(8, Self.width - figures))
        return widths
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        // Appending bytes takes half the time of appending strings.
        var line: [UInt8] = []
        line.reserveCapacity(2 * Self.width)
        for column in cells.indices {
            let cell = column == 0 ? cells[0].cut(columns: widths[0]) : cells[column]
            let space = repeatElement(
                UInt8(ascii: " "), count: max(0, widths[column] - cell.displayWidth))
            let isLeft = column == 0 || (endsWithBar && column == cells.count - 1)
            if column > 0 { line += Self.gap.utf8 }
            if !isLeft { line += space }
            line += cell.utf8
            if isLeft { line += space }
        }
        while line.last == UInt8(ascii: " ") { line.removeLast() }
        return String(decoding: line, as: UTF8.self)
    }
}
