import API
import CivilTime
import CommandLine
import Commands
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
            .value(
                "created-from", "TIME",
                help: "Only profiles created at or after this RFC 3339 time or UTC day."),
            .value(
                "created-to", "TIME",
                help: "Only profiles created at or before this RFC 3339 time or UTC day."),
        ] + Context.listOptions,
        examples: [
            .init("callback-gateway profile list --company HXXXXXXX071IN", "the 25 newest"),
            .init(
                "callback-gateway profile list --company HXXXXXXX071IN --http-method POST",
                "only profiles that use POST"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let operations = try context.profileOperations()
        return try context.list(
            ProfileFilter.names, text, respond: { try ProfileResponses(operations).list($0) },
            { try operations.list($0, size: \.encodedSize) })
    }

    private static func text(_ entries: [ProfileEntry], _ style: Style) -> String {
        guard !entries.isEmpty else { return "no profiles\n" }
        let head = ["ID", "STATUS", "METHOD", "CHANNEL", "CREATED", "TITLE"]
        return TextColumns.text(
            [head] + entries.map { row($0).map(\.withVisibleControls) },
            as: [.plain] + entries.map(\.emphasis), style)
    }

    private static func row(_ entry: ProfileEntry) -> [String] {
        switch entry {
        case .readable(let profile):
            let settings = profile.settings
            return [
                profile.id, profile.status.word, settings.method.rawValue,
                settings.channel.rawValue, profile.createdAt.rfc3339, settings.title,
            ]
        case .damaged(let damage):
            return [
                damage.id, "damaged", damage.method, "", damage.createdAt.rfc3339, damage.title,
            ]
        }
    }
}

extension ProfileEntry {
    fileprivate var emphasis: Emphasis {
        switch self {
        case .damaged: .error
        case .readable(let profile): profile.status == .autoDisabled ? .warning : .plain
        }
    }
}

extension Profile.Status {
    fileprivate var word: String {
        switch self {
        case .active: "active"
        case .autoDisabled: "disabled automatically"
        case .disabled: "disabled"
        }
    }
}
