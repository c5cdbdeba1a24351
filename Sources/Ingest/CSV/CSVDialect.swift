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
