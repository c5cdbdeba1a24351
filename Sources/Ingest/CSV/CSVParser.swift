import DeliveryLog

/// Parses CSV with a header row (RFC 4180) in any ``CSVDialect``.
///
/// Columns may be in any order. Unknown columns are ignored.
struct CSVParser: RecordParser {
    /// The header row, with the line before it if that declares the separator.
    private(set) var header: [UInt8]?
    private var dialect: CSVDialect?
    private var columns: CSVColumns?
    private var fields = FieldValues(isTextual: true)
    private var cells = CSVCells()
    private var dimensions = DimensionReuse()

    init() {}

    /// Continues in the middle of a file whose header row was read before.
    init(header: [UInt8]) throws(RecordError) {
        try header.withBytes { (header) throws(RecordError) in
            let end = header.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? header.count
            let isDeclared = CSVDialect(declaredIn: header.prefixBytes(end).withoutLineEnd) != nil
            let first = isDeclared ? end : 0
            if isDeclared { _ = try content(of: header.prefixBytes(end)) }
            guard first < header.count else { return }
            _ = try content(of: UnsafeRawBufferPointer(rebasing: header[first...]))
        }
    }

    mutating func content(of record: UnsafeRawBufferPointer) throws(RecordError) -> RecordContent {
        guard let row = try RecordText(record)?.bytes else { return .nothing }
        guard let columns, let dialect else {
            try readHeader(row, of: record)
            return .nothing
        }
        do throws(RecordError) {
            return .attempt(try attempt(in: row, columns, dialect))
        } catch {
            // A header row is never a valid record, because its time is the name of a column.
            if adoptHeader(row, of: record) { return .nothing }
            throw error
        }
    }

    private mutating func attempt(
        in row: UnsafeRawBufferPointer, _ columns: CSVColumns, _ dialect: CSVDialect
    ) throws(RecordError) -> Attempt {
        try cells.split(row, dialect)
        guard cells.count == columns.count else {
            throw .cellCount(found: cells.count, expected: columns.count)
        }
        return try cells.withTexts { (texts) throws(RecordError) in
            fields.clear()
            for (field, text) in zip(columns.fields, texts) {
                guard let field, !text.isEmpty else { continue }
                _ = fields.set(field, to: .text(text))
            }
            return try Attempt(fields, &dimensions)
        }
    }

    /// The size up to which an invalid row is compared with a header row, in bytes.
    private static let longestHeader = 64 * 1024

    /// Uses a header row within the file for the rows after it, as in `cat a.csv b.csv`. Returns
    /// false for any other row.
    private mutating func adoptHeader(
        _ row: UnsafeRawBufferPointer, of record: UnsafeRawBufferPointer
    ) -> Bool {
        guard row.count <= Self.longestHeader else { return false }
        let dialect = CSVDialect(headerRow: row)
        guard (try? cells.split(row, dialect)) != nil, let found = try? CSVColumns(cells) else {
            return false
        }
        if found.fields == columns?.fields, dialect == self.dialect { return true }
        (columns, self.dialect, header) = (found, dialect, Array(record))
        return true
    }

    private mutating func readHeader(
        _ row: UnsafeRawBufferPointer, of record: UnsafeRawBufferPointer
    ) throws(RecordError) {
        if header == nil, let declared = CSVDialect(declaredIn: row) {
            dialect = declared
        } else if row.endsLinesWithCR {
            throw .carriageReturns
        } else {
            let dialect = dialect ?? CSVDialect(headerRow: row)
            try cells.split(row, dialect)
            columns = try CSVColumns(cells)
            self.dialect = dialect
        }
        header = (header ?? []) + record
    }
}

/// The fields in the columns of a CSV file.
struct CSVColumns {
    /// The field of each column, or `nil` for an unknown column.
    let fields: [RecordField?]

    var count: Int { fields.count }

    /// - Throws: `headerLacks` if a required column is missing, or `headerRepeats`.
    init(_ cells: borrowing CSVCells) throws(RecordError) {
        fields = try cells.withTexts { Self.fields(named: $0) }
        let known = fields.compactMap(\.self)
        for (index, field) in known.enumerated() where known[..<index].contains(field) {
            throw .headerRepeats(field)
        }
        var missing = [.callbackID, .company, .finishedAt].filter { !known.contains($0) }
        if [.status, .outcome, .error].allSatisfy({ !known.contains($0) }) {
            missing.append(.status)
        }
        guard missing.isEmpty else { throw .headerLacks(missing) }
    }

    /// Returns the field of each column. Exact names take precedence over similar names.
    private static func fields(named texts: [UnsafeRawBufferPointer]) -> [RecordField?] {
        let exact = texts.map { RecordField(utf8: $0) }
        return zip(exact, texts).map { field, text in
            if let field { return field }
            let similar = Self.field(namedLike: String(decoding: text, as: UTF8.self))
            return exact.contains(similar) ? nil : similar
        }
    }

    /// Returns the field that a header such as `Callback_ID` or ` Callback ID` identifies.
    static func field(namedLike name: String) -> RecordField? {
        let words = name.lowercased().split { " \t\u{A0}_-".contains($0) }
        return RecordField(rawValue: words.joined(separator: "_"))
    }
}

/// The cells of one CSV row, unquoted into a buffer that is reused for the next row.
struct CSVCells {
    private var bytes: [UInt8] = []
    /// The cells in `bytes`.
    private var ranges: [Range<Int>] = []

    var count: Int { ranges.count }

    /// Splits a row without its line end into cells.
    ///
    /// A quote that does not start a cell is text, as most writers intend.
    mutating func split(
        _ row: UnsafeRawBufferPointer, _ dialect: CSVDialect
    ) throws(RecordError) {
        bytes.removeAll(keepingCapacity: true)
        ranges.removeAll(keepingCapacity: true)
        let hasQuotes = row.firstIndex(ofByte: UInt8(ascii: "\"")) != nil
        guard hasQuotes || dialect.skipsSpace else { return splitPlain(row, dialect.separator) }
        var index = 0
        repeat {
            if dialect.skipsSpace { index = row.indexAfterSpaces(from: index) }
            let start = bytes.count
            if index < row.count, row[index] == UInt8(ascii: "\"") {
                index = try takeQuoted(row, from: index + 1, dialect.separator)
            } else {
                index = takePlain(row, from: index, dialect.separator)
            }
            ranges.append(start..<bytes.count)
            index += 1
        } while index <= row.count
    }

    /// Splits a row at its separators. Most rows have no quotes, and are copied as a whole.
    private mutating func splitPlain(_ row: UnsafeRawBufferPointer, _ separator: UInt8) {
        bytes.append(contentsOf: row)
        var start = 0
        while let size = row.bytes(from: start).firstIndex(ofByte: separator) {
            ranges.append(start..<start + size)
            start += size + 1
        }
        ranges.append(start..<row.count)
    }

    /// Calls `body` with the cells, which are only valid during the call.
    func withTexts<Result>(
        _ body: ([UnsafeRawBufferPointer]) throws(RecordError) -> Result
    ) throws(RecordError) -> Result {
        try bytes.withBytes { (all) throws(RecordError) in
            try body(ranges.map { UnsafeRawBufferPointer(rebasing: all[$0]) })
        }
    }

    /// Returns the index of the separator or end that follows the cell.
    private mutating func takePlain(
        _ row: UnsafeRawBufferPointer, from start: Int, _ separator: UInt8
    ) -> Int {
        let size = row.bytes(from: start).firstIndex(ofByte: separator) ?? row.count - start
        bytes.append(contentsOf: row[start..<start + size])
        return start + size
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
    /// Whether a header row, without its line end, continues after a CR outside quotes. Then CR ends
    /// the lines of the file.
    var endsLinesWithCR: Bool {
        let carriageReturn = UInt8(ascii: "\r")
        var isQuoted = false
        for (index, byte) in enumerated() {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            guard byte == carriageReturn, !isQuoted else { continue }
            return self[index...].contains { $0 != carriageReturn }
        }
        return false
    }

    fileprivate func bytes(from start: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[start...])
    }

    func indexAfterSpaces(from start: Int) -> Int {
        var index = start
        while index < count, self[index] == UInt8(ascii: " ") { index += 1 }
        return index
    }
}

/// How the cells of a CSV file are separated.
///
/// RFC 4180 defines only commas. Spreadsheets in many countries write semicolons, Excel's "Unicode
/// text" uses tabs, and a first line `sep=;` declares the separator.
struct CSVDialect: Hashable {
    var separator = UInt8(ascii: ",")
    /// Whether spaces after a separator are ignored, as in `a, b`.
    var skipsSpace = false

    /// The supported separators, in order of preference.
    static let separators: [UInt8] = [",", ";", "\t", "|"].map(UInt8.init(ascii:))

    /// Parses a first line `sep=;`. Returns `nil` for any other line.
    init?(declaredIn line: UnsafeRawBufferPointer) {
        var rest = line[...]
        if rest.first == UInt8(ascii: "\""), rest.last == rest.first {
            rest = rest.dropFirst().dropLast()
        }
        let isDeclared = rest.prefix(4).map { $0 | 0x20 }.elementsEqual(
            "sep=".utf8.map { $0 | 0x20 })
        guard isDeclared, rest.count == 5, let separator = rest.last, separator < 0x80,
            separator > 0x20 || separator == UInt8(ascii: "\t"), separator != UInt8(ascii: "\"")
        else { return nil }
        self.separator = separator
    }

    /// Detects the dialect in which the header row contains the most field names.
    init(headerRow row: UnsafeRawBufferPointer) {
        var maxCount = -1
        for separator in Self.separators {
            let dialect = CSVDialect(separator: separator)
            let names = dialect.names(in: row)
            let count = names.count { CSVColumns.field(namedLike: $0) != nil }
            guard count > maxCount else { continue }
            maxCount = count
            self = dialect
            skipsSpace = names.count > 1 && names.dropFirst().allSatisfy { $0.hasPrefix(" ") }
        }
    }

    /// Detects the dialect from a header row, which a line that declares the separator may precede.
    init(header: [UInt8]) {
        self = header.withBytes { header in
            let end = header.firstIndex(of: UInt8(ascii: "\n")) ?? header.count
            let line = header.prefixBytes(end).withoutLineEnd
            return CSVDialect(declaredIn: line) ?? CSVDialect(headerRow: header.withoutLineEnd)
        }
    }

    private init(separator: UInt8) {
        self.separator = separator
    }

    /// The cells of a header row. Empty if its quotes are broken.
    private func names(in row: UnsafeRawBufferPointer) -> [String] {
        var cells = CSVCells()
        do throws(RecordError) {
            try cells.split(row, self)
            return try cells.withTexts { $0.map { String(decoding: $0, as: UTF8.self) } }
        } catch {
            return []
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes without a trailing CR, LF or CRLF.
    var withoutLineEnd: UnsafeRawBufferPointer {
        var end = count
        if end > 0, self[end - 1] == UInt8(ascii: "\n") { end -= 1 }
        if end > 0, self[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return prefixBytes(end)
    }
}
