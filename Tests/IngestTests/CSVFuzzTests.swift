import TestSupport
import Testing

@testable import Ingest

/// For random CSV files, Python's csv module finds the same cells, or fails as well.
@Suite struct CSVFuzzTests {
    @Test(arguments: 0..<6 as Range<UInt64>)
    func pythonFindsTheSameCells(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let separator = [",", ";", "\t", "|", ", "].randomElement(using: &random) ?? ","
        let names = ["callback_id", "company", "finished_at", "status"]
        let header = names.joined(separator: separator) + "\n"
        let texts = (0..<1500).map { _ in header + Self.rows(separator, &random) }
        let theirs = try PythonCheck.run(
            "csv_cells", [String(separator.prefix(1)), separator.count > 1 ? "skip" : "keep"],
            input: texts.joined(separator: "\u{1E}")
        ).split(separator: "\u{1E}", omittingEmptySubsequences: false)
        try #require(theirs.count == texts.count)
        var broken = 0
        for (text, expected) in zip(texts, theirs) {
            let found = try cells(of: text)
            // Python rejects the whole file, and the reader rejects only one line.
            if expected == "broken" {
                broken += 1
                #expect(found.contains("broken"), "seed \(seed): \(text.debugDescription)")
            } else {
                #expect(
                    found.joined(separator: "\n") == expected,
                    "seed \(seed): \(text.debugDescription)")
            }
        }
        #expect(100..<1400 ~= broken, "the files are not varied enough")
    }

    /// Returns the cells of each row as the code points of their characters.
    private func cells(of text: String) throws -> [String] {
        let source = SlicedBytes(Array(text.utf8), longest: 50, seed: 1)
        let reader = RecordReader(source, format: .csv)
        var dialect: CSVDialect?
        var found: [String] = []
        while let record = try reader.next() {
            let row = record.bytes.withoutLineEnd
            if row.isEmpty { continue }
            let known = dialect ?? CSVDialect(headerRow: row)
            dialect = known
            found.append(record.error == nil ? Self.words(row, known) : "broken")
        }
        return found
    }

    private static func words(_ row: UnsafeRawBufferPointer, _ dialect: CSVDialect) -> String {
        var cells = CSVCells()
        do throws(RecordError) {
            try cells.split(row, dialect)
            return try cells.withTexts { texts in
                texts.map { text in
                    String(decoding: text, as: UTF8.self).unicodeScalars
                        .map { String($0.value, radix: 16) }.joined(separator: " ")
                }.joined(separator: ",")
            }
        } catch {
            return "broken"
        }
    }

    private static func rows(_ separator: String, _ random: inout SeededRandom) -> String {
        let pieces = [
            "a", "b", "é", " ", "\"", "\"", "\"\"", "\n", "\r\n", separator, separator, ",", ";",
            "\(separator)\"", "\"\(separator)", "\"x\ny\"", "x\"y",
        ]
        let count = Int.random(in: 0...8, using: &random)
        return (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    }
}
