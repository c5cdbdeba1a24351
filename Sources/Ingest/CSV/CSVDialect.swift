/// How the cells of a CSV file are separated.
///
/// RFC 4180 knows commas only. Spreadsheets of many countries write semicolons, "Unicode text"
/// of Excel has tabs, and a first line `sep=;` names the separator.
struct CSVDialect: Hashable {
    var separator = UInt8(ascii: ",")
    /// Whether a space after a separator belongs to it, as where `a, b` is written.
    var skipsSpace = false

    /// What may separate cells; of several that would do, the first one does.
    static let separators: [UInt8] = [",", ";", "\t", "|"].map(UInt8.init(ascii:))

    /// The separator that a first line `sep=;` names; nil for any other line.
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

    /// The dialect in which a header row has the most names of fields.
    init(headerRow row: UnsafeRawBufferPointer) {
        var most = -1
        for separator in Self.separators {
            let dialect = CSVDialect(separator: separator)
            let names = dialect.names(in: row)
            let count = names.count { CSVColumns.field(namedLike: $0) != nil }
            guard count > most else { continue }
            most = count
            self = dialect
            skipsSpace = names.count > 1 && names.dropFirst().allSatisfy { $0.hasPrefix(" ") }
        }
    }

    /// The dialect of what comes behind a header row, with a line before it that names the
    /// separator or without.
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

    /// The cells of a header row; none where its quotes are broken.
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
    /// Without CR, LF or both at the end.
    var withoutLineEnd: UnsafeRawBufferPointer {
        var end = count
        if end > 0, self[end - 1] == UInt8(ascii: "\n") { end -= 1 }
        if end > 0, self[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return prefixBytes(end)
    }
}
