import Glibc

/// The formats of a log's file.
package enum RecordFormat: String, CaseIterable, Sendable {
    case ndjson
    case csv
    /// Svix's message attempts, as its API lists them.
    case svix
    /// Convoy's event deliveries, as its API lists them and its exports hold them.
    case convoy

    /// Whether another program's API made it: a company can be named for all records.
    package var isForeign: Bool { self == .svix || self == .convoy }

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
    ///
    /// - Parameter company: whose all records of a foreign format are.
    func parser(company: String? = nil) -> any RecordParser {
        switch self {
        case .ndjson: NDJSONParser()
        case .csv: CSVParser()
        case .svix: ForeignParser(.svix, company: company)
        case .convoy: ForeignParser(.convoy, company: company)
        }
    }

    /// Cuts a whole file of this format into records.
    func reader(_ source: any ByteSource) -> any RecordSource {
        isForeign ? AnswerReader(source) : RecordReader(source, format: self)
    }
}

extension String {
    fileprivate func contains(word: String) -> Bool { strstr(self, word) != nil }
}
