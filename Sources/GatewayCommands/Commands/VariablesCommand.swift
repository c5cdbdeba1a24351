import CommandLine
import Commands
import Profiles

/// `variables`: the names that callbacks have values for.
enum VariablesCommand: Command {
    static let description = CommandDescription(
        name: "variables", summary: "Lists the variables of a channel, or of all.",
        discussion: [
            "Write one as <name> or {{name}} in URL, headers and body, in URLs also as {name}; dots "
                + "lead into nested values. Names of your own work as well: what an event brings "
                + "is filled in."
        ],
        operands: [.init("CHANNEL", .atMostOne, help: "The channel; all when absent.")],
        examples: [.init("callback-gateway variables voice", "for a profile of channel voice")])

    static func run(_ context: Context) throws -> ExitStatus {
        let groups = try channels(context).flatMap(\.variableGroups)
        let blocks = groups.map { group in
            let rows = group.variables.map {
                [$0.name, $0.meaning, $0.sample.string ?? $0.sample.compact]
            }
            return "\(group.title):\n"
                + TextColumns.text(rows.map { ["  " + $0[0]] + $0.dropFirst() })
        }
        context.console.output.write(blocks.joined(separator: "\n"))
        return .success
    }

    private static func channels(_ context: Context) throws -> [Channel] {
        guard let name = context.arguments.operands.first else { return Channel.allCases }
        guard let channel = Channel(rawValue: name.lowercased()) else {
            let names = Channel.allCases.map(\.rawValue)
            throw context.arguments.invalid(
                operand: "CHANNEL", name, expected: "one of " + names.joined(separator: ", "),
                among: names)
        }
        return [channel]
    }
}
