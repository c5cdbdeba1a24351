import CommandLine
import Commands
import DeliveryLog
import Storage
import StorageErrors

/// The options that select attempts by their fields, of `failures` and `export`.
enum AttemptOptions {
    static let all: [OptionDescription] = [
        .value("profile", "ID", help: "Only callbacks of this profile."),
        .value("channel", "C", help: "Only callbacks of this channel."),
        .value(
            "reason", "R", help: "Only attempts that failed for this reason.",
            allowed: Reason.allCases.map(\.name)),
    ]

    /// Not an option of `failures`.
    static let outcome = OptionDescription.value(
        "outcome", "O", help: "Only attempts with this outcome.",
        allowed: Outcome.allCases.map(\.name))

    static let format = OptionDescription.value(
        "format", "F", help: "Output format (default: ndjson).",
        allowed: AttemptLines.Format.allCases.map(\.rawValue))

    /// Returns the filter of the given options of ``all``.
    static func filter(_ arguments: Arguments) -> AttemptFilter {
        var filter = AttemptFilter(company: nil)
        filter.profileID = arguments.value("profile")
        filter.channel = arguments.value("channel")
        filter.reason = arguments.value("reason").flatMap { Reason(name: $0) }
        return filter
    }

    static func format(_ arguments: Arguments) -> AttemptLines.Format {
        arguments.value("format").flatMap(AttemptLines.Format.init(rawValue:)) ?? .ndjson
    }

    /// Warns of a profile or channel that no attempt in the log has. It is probably misspelled.
    static func warnOfUnknown(
        _ filter: AttemptFilter, in log: AttemptLog, _ context: Context
    ) throws(StorageError) {
        if let id = filter.profileID, try !log.contains(profile: id, company: filter.company) {
            warn("profile", id, context)
        }
        if let channel = filter.channel, try !log.contains(channel: channel) {
            warn("channel", channel, context)
        }
    }

    private static func warn(_ option: String, _ value: String, _ context: Context) {
        context.console.say(
            "--\(option): the log has no attempt with the \(option) '\(value)'; check the spelling"
                .withVisibleControls, as: .warning)
    }
}
