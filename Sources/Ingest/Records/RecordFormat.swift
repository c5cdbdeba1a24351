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
