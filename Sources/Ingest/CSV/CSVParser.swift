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
            return .attempt(try Attempt(fields, &dimensions))
        }
    }

    private mutating func readHeader(
        _ row: UnsafeRawBufferPointer, of record: UnsafeRawBufferPointer
    ) throws(RecordError) {
        if header == nil, let declared = CSVDialect(declaredIn: row) {
            dialect = declared
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
