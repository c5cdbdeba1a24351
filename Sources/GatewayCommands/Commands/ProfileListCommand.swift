import CommandLine
import Commands
import JSON
import Profiles

/// `profile list`: lists the profiles of a company.
enum ProfileListCommand: Command {
    static let description = CommandDescription(
        name: "profile list", summary: "Lists the callback profiles of a company, newest first.",
        options: [
            Context.company,
            .value("title", "TEXT", help: "Only profiles whose title contains this text."),
            .value(
                "http-method", "METHOD", help: "Only profiles with this method.",
                allowed: HTTPMethod.allCases.map(\.rawValue)),
            .value("created-from", "TIME", help: "Created at or after this RFC 3339 time or day."),
            .value("created-to", "TIME", help: "Created at or before this RFC 3339 time or day."),
        ] + Context.listOptions,
        examples: [
            .init("callback-gateway profile list --company HXXXXXXX071IN", "the 25 newest"),
            .init(
                "callback-gateway profile list --company HXXXXXXX071IN --http-method POST",
                "only profiles that use POST"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        try context.list(ProfileFilter.names, text) { try context.profileOperations().list($0) }
    }

    private static func text(_ data: JSONValue, _ style: Style) -> String {
        let profiles = (data.object?["profiles"]?.array ?? []).compactMap(\.object)
        guard !profiles.isEmpty else { return "no profiles\n" }
        let head = ["ID", "STATUS", "METHOD", "CHANNEL", "CREATED", "TITLE"]
        let rows = profiles.map { profile in
            [
                profile["profile_id"], .string(status(profile)), profile["http_method"],
                profile["channel"], profile["created_at"], profile["title"],
            ].map { ($0?.string ?? "").withVisibleControls }
        }
        let emphasis = profiles.map { profile -> Emphasis in
            switch status(profile) {
            case "damaged": .error
            case "auto-disabled": .warning
            default: .plain
            }
        }
        return TextColumns.text([head] + rows, as: [.plain] + emphasis, style)
    }

    private static func status(_ profile: JSONObject) -> String {
        if profile["damaged"] != nil { return "damaged" }
        return switch profile["status"]?.integer.flatMap(Profile.Status.init(rawValue:)) {
        case .active: "active"
        case .autoDisabled: "auto-disabled"
        case .disabled: "disabled"
        case nil: ""
        }
    }
}
