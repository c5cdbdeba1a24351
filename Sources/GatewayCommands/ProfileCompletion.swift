import CommandLine
import Commands
import Profiles

/// The values that a shell can insert and that only the gateway knows: channels, and the IDs of the
/// profiles of the company that was given.
enum ProfileCompletion {
    static func candidates(
        for name: String, _ context: Context
    ) throws -> [Completion.Candidate] {
        switch name {
        case "CHANNEL": return Channel.allCases.map { .init($0.rawValue) }
        case "profile", "callback-profile", "PROFILE": return try profiles(context)
        case "ID" where context.arguments.command.hasPrefix("profile "):
            return try profiles(context)
        default: return []
        }
    }

    private static func profiles(_ context: Context) throws -> [Completion.Candidate] {
        let list = try context.profileOperations().list([("limit", "100")]) { _ in 0 }
        return list.items.map { entry in
            switch entry {
            case .readable(let profile): .init(profile.id, profile.settings.title)
            case .damaged(let damage): .init(damage.id, damage.title)
            }
        }
    }
}
