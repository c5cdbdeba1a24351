import Glibc

/// The formats of a log's file.
package enum RecordFormat: String, CaseIterable, Sendable {
    case ndjson
    case csv

    /// What a file most likely holds: by its name, also a rotated one's, else by its start.
    init(path: String, start: [UInt8]) {
        let name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
        if name.contains(word: ".csv") {
            self = .csv
        } else if name.contains(word: ".ndjson") || name.contains(word: ".json") {
            self = .ndjson
        } else {
            let text = start.starts(with: [0xEF, 0xBB, 0xBF]) ? start[3...] : start[...]
            let first = text.first { !$0.isJSONSpace }
            self = first == nil || first == UInt8(ascii: "{") ? .ndjson : .csv
        }
    }

    /// A parser at the start of a file.
    var parser: any RecordParser {
        switch self {
        case .ndjson: NDJSONParser()
        case .csv: CSVParser()
        }
    }
}

extension String {
    fileprivate func contains(word: String) -> Bool { strstr(self, word) != nil }
}
