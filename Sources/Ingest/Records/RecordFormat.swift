/// The formats of a log's file.
package enum RecordFormat: String, CaseIterable, Sendable {
    case ndjson
    case csv

    /// What a file most likely holds, by its name, else by its first character.
    init(path: String, firstByte: UInt8?) {
        let plain = path.hasSuffix(".gz") ? path.dropLast(3) : path[...]
        switch plain.split(separator: ".").last?.lowercased() {
        case "csv": self = .csv
        case "ndjson", "jsonl", "json": self = .ndjson
        default: self = firstByte == UInt8(ascii: "{") || firstByte == nil ? .ndjson : .csv
        }
    }
}
