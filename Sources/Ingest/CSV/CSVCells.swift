/// The cells of one CSV row, unquoted into a buffer that is reused for the next row.
struct CSVCells {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    var count: Int { ends.count }

    /// Splits a row without its line end into cells.
    ///
    /// A quote that does not start a cell is text, as most writers intend.
    mutating func split(
        _ row: UnsafeRawBufferPointer, _ dialect: CSVDialect
    ) throws(RecordError) {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        var index = 0
        repeat {
            if dialect.skipsSpace { index = row.indexAfterSpaces(from: index) }
            if index < row.count, row[index] == UInt8(ascii: "\"") {
                index = try takeQuoted(row, from: index + 1, dialect.separator)
            } else {
                index = takePlain(row, from: index, dialect.separator)
            }
            ends.append(bytes.count)
            index += 1
        } while index <= row.count
    }

    /// Calls `body` with the cells, which are only valid during the call.
    func withTexts<Result>(
        _ body: ([UnsafeRawBufferPointer]) throws(RecordError) -> Result
    ) throws(RecordError) -> Result {
        try bytes.withBytes { (all) throws(RecordError) in
            var start = 0
            let texts = ends.map { end in
                defer { start = end }
                return UnsafeRawBufferPointer(rebasing: all[start..<end])
            }
            return try body(texts)
        }
    }

    /// Returns the index of the separator or end that follows the cell.
    private mutating func takePlain(
        _ row: UnsafeRawBufferPointer, from start: Int, _ separator: UInt8
    ) -> Int {
        let end = row[start...].firstIndex(of: separator) ?? row.count
        bytes.append(contentsOf: row[start..<end])
        return end
    }

    private mutating func takeQuoted(
        _ row: UnsafeRawBufferPointer, from start: Int, _ separator: UInt8
    ) throws(RecordError) -> Int {
        var start = start
        while let quote = row[start...].firstIndex(of: UInt8(ascii: "\"")) {
            bytes.append(contentsOf: row[start..<quote])
            let next = quote + 1
            if next == row.count || row[next] == separator { return next }
            guard row[next] == UInt8(ascii: "\"") else { throw .brokenQuotes }
            bytes.append(UInt8(ascii: "\""))
            start = next + 1
        }
        throw .brokenQuotes
    }
}

extension UnsafeRawBufferPointer {
    func indexAfterSpaces(from start: Int) -> Int {
        var index = start
        while index < count, self[index] == UInt8(ascii: " ") { index += 1 }
        return index
    }
}
