import CivilTime
import CommandLine
import Commands
import DeliveryLog
import Ingest
import Storage
import StorageErrors

/// `record`: adds one attempt, for shell scripts.
enum RecordCommand: Command {
    static let description = CommandDescription(
        name: "record", summary: "Adds one attempt to the log.",
        discussion: [
            "The options are the fields of a record. The attempt is on disk when the command returns. "
                + "Recording it again changes nothing."
        ],
        options: RecordField.allCases.map { field in
            .value(
                field.option, field.valueName, help: field.help,
                isRequired: field == .company || field == .callbackID)
        },
        examples: [
            .init(
                "callback-reports record --company HXXXXXXX071IN --callback-id 17 --status 200",
                "a successful delivery"),
            .init(
                "callback-reports record --company HXXXXXXX071IN --callback-id 18 \\\n"
                    + "      --error timeout --attempt 2",
                "a failed second attempt"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configuration()
        let attempt = try attempt(context)
        let log = try Store(creating: configuration, context).log
        let (recorded, hidden, ahead, lateStarts) = try log.write(at: context.clock()) {
            (writer) throws(StorageError) in
            (try writer.record(attempt), writer.hidden, writer.ahead, writer.lateStarts)
        }
        let shared = try log.sharedCallbacks(hidden)
        if let warning = shared.warning(remedy: { "combine it with \($0)" }) {
            context.console.say(warning.withVisibleControls, as: .warning)
        }
        try ClockCheck(context, configuration, log).note()
        guard recorded == .tooOld else {
            ImportWarnings(configuration: configuration, console: context.console)
                .print([attempt.company: 1], ahead, lateStarts: lateStarts)
            return .success
        }
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
    /// The name of the option for the field. Every start of the program needs it, and the first call of
    /// `replacing` takes longer than all of these.
    fileprivate var option: String { rawValue.split(separator: "_").joined(separator: "-") }

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
        case .profileTitle: "TEXT"
        }
    }

    fileprivate var help: String {
        switch self {
        case .company: "The company."
        case .callbackID: "The ID of the callback, unique within the company."
        case .finishedAt: "When the attempt finished: RFC 3339 or Unix time (default: now)."
        case .attempt: "The number of the attempt, starting at 1 (default: 1)."
        case .outcome: "delivered, failed or retrying (default: derived from the status)."
        case .status: "The HTTP status of the response."
        case .error: "Why there was no response: timeout, dns, connect, tls, or any other text."
        case .profileID: "The ID of the callback profile."
        case .channel: "The channel, such as sms, voice, whatsapp or email."
        case .event: "The event, such as SMS-sent."
        case .method: "The HTTP method."
        case .url: "The endpoint. Only scheme, host and port are stored."
        case .durationMilliseconds: "The duration of the attempt in milliseconds."
        case .profileTitle: "The title of the callback profile in reports."
        }
    }
}
