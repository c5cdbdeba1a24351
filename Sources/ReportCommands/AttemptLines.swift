import CivilTime
import DeliveryLog
import JSON
import Rendering
import Storage

/// Formats attempts with the fields that `import` reads.
struct AttemptLines {
    enum Format: String, CaseIterable { case ndjson, csv }

    let format: Format
    /// Whether each line has all fields, also those without a value.
    var isComplete = false

    private typealias Field = (name: String, value: JSONValue)

    /// The first line of the format, with the names of the fields. Empty for NDJSON.
    ///
    /// - Parameter ofExport: Whether lines of exported attempts follow, which have more fields.
    func header(ofExport: Bool = false) -> String {
        guard format == .csv else { return "" }
        let names = Self.fields(nil) + (ofExport ? Self.exportFields(nil) : [])
        return CSVRow.mark + CSVRow(cells: names.map(\.name)).text
    }

    func line(_ attempt: Attempt) -> String { line(Self.fields(attempt)) }

    func line(_ exported: ExportedAttempt) -> String {
        line(Self.fields(exported.attempt) + Self.exportFields(exported))
    }

    private func line(_ fields: [Field]) -> String {
        switch format {
        case .ndjson: ndjson(fields)
        case .csv: CSVRow(cells: fields.map(Self.cell)).text
        }
    }

    private static func fields(_ attempt: Attempt?) -> [Field] {
        [
            ("callback_id", JSONValue(attempt?.callbackID)),
            ("company", JSONValue(attempt?.company)),
            ("finished_at", JSONValue(attempt?.finishedAt.rfc3339)),
            ("attempt", JSONValue(attempt?.number)),
            ("outcome", JSONValue(attempt?.outcome.name)),
            ("status", JSONValue(attempt?.status)),
            ("error", JSONValue(attempt?.reason?.name)),
            ("profile_id", JSONValue(attempt?.profileID)),
            ("channel", JSONValue(attempt?.channel)),
            ("event", JSONValue(attempt?.event)),
            ("method", JSONValue(attempt?.method)),
            ("url", JSONValue(attempt?.origin)),
            ("duration_ms", JSONValue(attempt?.durationMilliseconds)),
        ]
    }

    private static func exportFields(_ exported: ExportedAttempt?) -> [Field] {
        [
            ("profile_title", JSONValue(exported?.profileTitle)),
            ("is_latest", exported.map { .boolean($0.isLatest) } ?? .null),
        ]
    }

    private func ndjson(_ fields: [Field]) -> String {
        let object = fields.filter { isComplete || $0.value != .null }
            .reduce(into: JSONObject()) { $0[$1.name] = $1.value }
        return JSONValue.object(object).compact + "\n"
    }

    private static func cell(_ field: Field) -> String {
        switch field.value {
        case .string(let text): CSVRow.defused(text)
        case .number(let number): number.text
        case .boolean(let flag): flag ? "true" : "false"
        default: ""
        }
    }
}
