import CivilTime
import CommandLine
import Commands
import DeliveryLog
import Ingest
import SQLite
import Storage

/// `record`: one attempt, for shell scripts.
enum RecordCommand: Command {
    static let description = CommandDescription(
        name: "record", summary: "Adds one attempt to the log; on disk when it returns.",
        discussion: ["The options are the fields of a record; recording it again changes nothing."],
        options: RecordField.allCases.map { field in
            .value(
                field.option, field.valueName, help: field.help,
                isRequired: field == .company || field == .callbackID)
        },
        examples: [
            .init(
                "callback-reports record --company HXXXXXXX071IN --callback-id 17 --status 200",
                "delivered just now"),
            .init(
                "callback-reports record --company HXXXXXXX071IN --callback-id 18 \\\n"
                    + "      --error timeout --attempt 2",
                "a second attempt that failed"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configuration()
        let attempt = try attempt(context)
        let log = try Store(configuration).log
        let (recorded, hidden) = try log.write(at: context.clock()) {
            (writer) throws(DatabaseError) in
            (try writer.record(attempt), writer.hidden)
        }
        let shared = try log.sharedCallbacks(hidden)
        if let warning = shared.warning(remedy: { "join it with \($0)" }) {
            context.console.say(warning.withVisibleControls)
        }
        guard recorded == .refused else { return .success }
        throw CommandFailure(.badData, "finished_at: \(Ingest.RecordError.pruned)")
    }

    private static func attempt(_ context: Context) throws -> Attempt {
        var texts = RecordField.allCases.compactMap { field in
            context.arguments.value(field.option).map { (field: field, text: $0) }
        }
        if !texts.contains(where: { $0.field == .finishedAt }) {
            texts.append((.finishedAt, context.clock().rfc3339))
        }
        do {
            return try Attempt(texts: texts)
        } catch {
            throw CommandFailure(.badData, "\(error)")
        }
    }
}

extension RecordField {
    /// The field's name, as options are written.
    fileprivate var option: String { rawValue.replacing("_", with: "-") }

    fileprivate var valueName: String {
        switch self {
        case .company: "SID"
        case .callbackID, .profileID: "ID"
        case .finishedAt: "TIME"
        case .attempt: "N"
        case .status: "CODE"
        case .url: "URL"
        case .durationMilliseconds: "MS"
        case .outcome, .error, .channel, .event, .method: "WORD"
        }
    }

    fileprivate var help: String {
        switch self {
        case .company: "The company."
        case .callbackID: "The callback's id, unique within the company."
        case .finishedAt: "When it finished: RFC 3339 or Unix time; now when absent."
        case .attempt: "The attempt's number, from 1; 1 when absent."
        case .outcome: "delivered, failed or retrying; by the status when absent."
        case .status: "The HTTP status of the answer."
        case .error: "Why there was none: timeout, dns, connect, tls, or any other text."
        case .profileID: "The callback profile."
        case .channel: "Such as sms, voice, whatsapp or email."
        case .event: "Such as SMS-sent."
        case .method: "The HTTP method."
        case .url: "The endpoint; only scheme, host and port are kept."
        case .durationMilliseconds: "How long it took."
        }
    }
}
