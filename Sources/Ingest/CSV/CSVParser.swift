import DeliveryLog

/// Reads CSV with a header row, https://www.rfc-editor.org/rfc/rfc4180.
///
/// The columns may stand in any order, and unknown ones are ignored.
struct CSVParser: RecordParser {
    private(set) var header: [UInt8]?
    private var columns: CSVColumns?
    private var fields = FieldValues(isTextual: true)
    private var cells = CSVCells()
    private var routes = RouteCache()

    init() {}

    /// Goes on in the middle of a file whose header row was read before.
    init(header: [UInt8]) throws(Mistake) {
        try header.withBytes { (row) throws(Mistake) in _ = try attempt(in: row) }
    }

    mutating func attempt(in record: UnsafeRawBufferPointer) throws(Mistake) -> Attempt? {
        guard let row = try RecordText(record)?.bytes else { return nil }
        try cells.split(row)
        guard let columns else {
            columns = try CSVColumns(cells)
            header = Array(record)
            return nil
        }
        guard cells.count == columns.count else {
            throw .cellCount(found: cells.count, expected: columns.count)
        }
        return try cells.withTexts { (texts) throws(Mistake) in
            fields.clear()
            for (field, text) in zip(columns.fields, texts) {
                guard let field, !text.isEmpty else { continue }
                _ = fields.set(field, to: .text(text))
            }
            return try Attempt(fields, &routes)
        }
    }
}

/// Which field each column of a CSV file holds.
struct CSVColumns {
    /// Nil for a column that records do not have.
    let fields: [Field?]

    var count: Int { fields.count }

    /// - Throws: when a column is missing without which no record can be taken.
    init(_ cells: borrowing CSVCells) throws(Mistake) {
        fields = try cells.withTexts { $0.map { Field(utf8: $0) } }
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
}
