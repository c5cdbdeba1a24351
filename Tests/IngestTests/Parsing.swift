import CivilTime
import DeliveryLog

@testable import Ingest

/// Returns the result of one line: the attempt in short form, an error message, or "nothing".
func outcome(of line: String, by parser: inout some RecordParser) -> String {
    do throws(RecordError) {
        let content = try Array(line.utf8).withBytes { (bytes) throws(RecordError) in
            try parser.content(of: bytes)
        }
        switch content {
        case .attempt(let attempt): return attempt.short
        case .nothing: return "nothing"
        case .skipped: return "skipped"
        }
    } catch {
        return error.description
    }
}

/// Returns the result of one NDJSON line.
func outcome(of line: String) -> String {
    var parser = NDJSONParser()
    return outcome(of: line, by: &parser)
}

extension Attempt {
    /// All present fields, in the order of the record table.
    var short: String {
        let required = ["\(company)/\(callbackID)#\(number)", finishedAt.rfc3339, outcome.name]
        let optional: [(String, String?)] = [
            ("", reason?.name), ("status ", status.map(String.init)), ("profile ", profileID),
            ("channel ", channel), ("event ", event), ("method ", method), ("", origin),
            ("ms ", durationMilliseconds.map(String.init)),
        ]
        return (required + optional.compactMap { name, value in value.map { name + $0 } })
            .joined(separator: " ")
    }
}
