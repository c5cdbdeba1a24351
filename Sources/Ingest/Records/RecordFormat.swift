import Glibc

/// The formats of a log's file.
package enum RecordFormat: Sendable {
    case ndjson
    case csv
    /// Another program's records: a company can be named for all of them.
    case foreign(RecordMapping)

    /// The names of the formats that need no map.
    package static let names = ["ndjson", "csv", "svix", "convoy"]

    package init?(name: String) {
        switch name {
        case "ndjson": self = .ndjson
        case "csv": self = .csv
        case "svix": self = .foreign(.svix)
        case "convoy": self = .foreign(.convoy)
        default: return nil
        }
    }

    /// What a file most likely holds: by its name, also a rotated one's, else by its start.
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

    /// A parser at the start of a file.
    ///
    /// - Parameter company: whose all records of a foreign format are.
    func parser(company: String? = nil) -> any RecordParser {
        switch self {
        case .ndjson: NDJSONParser()
        case .csv: CSVParser()
        case .foreign(let format): MappedRecordParser(format, company: company)
        }
    }

    /// Cuts a whole file of this format into records.
    func reader(_ source: any ByteSource) -> any RecordSource {
        switch self {
        case .ndjson, .csv: RecordReader(source, format: self)
        case .foreign(let format): JSONRecordReader(source, ways: format.ways)
        }
    }
}

extension String {
    fileprivate func contains(word: String) -> Bool { strstr(self, word) != nil }
}
