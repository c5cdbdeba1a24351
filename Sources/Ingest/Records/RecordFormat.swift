package import DeliveryLog
import Glibc
import JSON

/// The formats of log files.
package enum RecordFormat: Sendable {
    case ndjson
    case csv
    /// Records of another program, which may need a company for all records.
    case mapped(RecordMapping)

    /// The names of the formats that need no map.
    package static let names = ["ndjson", "csv", "svix", "convoy"]

    package init?(name: String) {
        switch name {
        case "ndjson": self = .ndjson
        case "csv": self = .csv
        case "svix": self = .mapped(.svix)
        case "convoy": self = .mapped(.convoy)
        default: return nil
        }
    }

    /// Detects the format by the file name, including rotated names, or else by the first bytes.
    init(path: String, start: [UInt8]) {
        let name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
        if name.contains(word: ".csv") {
            self = .csv
        } else if name.contains(word: ".ndjson") || name.contains(word: ".json") {
            self = .ndjson
        } else {
            let text = start.drop { $0 == 0 }
            let marks = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            let first = text.dropFirst(marks).first { !$0.isJSONSpace }
            self = first == nil || first == UInt8(ascii: "{") ? .ndjson : .csv
        }
    }

    /// Returns a parser for the start of a file.
    ///
    /// - Parameter company: The company of all records in a mapped format.
    func parser(company: String? = nil) -> any RecordParser {
        switch self {
        case .ndjson: NDJSONParser()
        case .csv: CSVParser()
        case .mapped(let format): MappedRecordParser(format, company: company)
        }
    }

    /// Returns a reader that splits a whole file of this format into records.
    func reader(_ source: any ByteSource) -> any RecordSource {
        switch self {
        case .ndjson, .csv: RecordReader(source, format: self)
        case .mapped(let format): JSONRecordReader(source, paths: format.paths)
        }
    }
}

extension String {
    fileprivate func contains(word: String) -> Bool { strstr(self, word) != nil }
}

/// The content of a record.
package enum RecordContent {
    case attempt(Attempt)
    /// Not a record: an empty line, a header row, or a response with an empty list.
    case nothing
    /// A record that the map filters out.
    case skipped
}

/// Parses the records of one file, in order.
package protocol RecordParser {
    /// Parses one record, with or without its line end. The bytes are valid only during the call.
    mutating func content(of record: UnsafeRawBufferPointer) throws(RecordError) -> RecordContent

    /// The header row with its line end, once it was read. `nil` for formats without header row.
    var header: [UInt8]? { get }

    /// The pointers of `only` at which no record has a value, so that every record was skipped.
    var unmatched: [String] { get }
}

extension RecordParser {
    package var unmatched: [String] { [] }
}

/// The bytes of a record, ready for parsing.
struct RecordText {
    let bytes: UnsafeRawBufferPointer

    /// Removes the line end and a byte order mark. Returns `nil` if only spaces, or the NUL bytes
    /// of a hole, are left.
    ///
    /// Every line may start with a byte order mark, because files are concatenated.
    ///
    /// - Throws: `notUTF8`.
    init?(_ record: UnsafeRawBufferPointer) throws(RecordError) {
        let line = record.withoutLineEnd
        let hasMark = line.first == 0xEF && line.starts(with: [0xEF, 0xBB, 0xBF])
        bytes = UnsafeRawBufferPointer(rebasing: line[(hasMark ? 3 : 0)...])
        var first = 0
        while first < bytes.count, bytes[first].isJSONSpace || bytes[first] == 0 { first += 1 }
        guard first < bytes.count else { return nil }
        guard bytes.isUTF8 else { throw .notUTF8 }
    }
}

extension [UInt8] {
    /// Calls `body` with the bytes. Unlike `withUnsafeBytes`, it keeps the error type.
    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeBufferPointer { (bytes) throws(Failure) in
            try body(UnsafeRawBufferPointer(bytes))
        }
    }
}

extension UnsafeRawBufferPointer {
    var isUTF8: Bool {
        if isASCII { return true }
        return withMemoryRebound(to: UInt8.self) { bytes in
            (try? UTF8Span(validating: bytes.span)) != nil
        }
    }

    /// Whether all bytes are ASCII, as in most lines. Checks eight bytes at a time.
    private var isASCII: Bool {
        var index = 0
        while index + 8 <= count {
            let word = loadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard word & 0x8080_8080_8080_8080 == 0 else { return false }
            index += 8
        }
        return self[index...].allSatisfy { $0 < 0x80 }
    }
}
