import CommandLine
import Commands
import JSON
import Profiles

/// `variables`: lists the variables of callbacks.
enum VariablesCommand: Command {
    static let description = CommandDescription(
        name: "variables", summary: "Lists the variables of one channel or of all channels.",
        discussion: [
            "Use a variable as <name> or {{name}} in URL, headers and body, and as {name} in URLs. Dots "
                + "select nested values. You can also use your own names; their values come from the "
                + "event."
        ],
        operands: [.init("CHANNEL", .atMostOne, help: "The channel (default: all).")],
        examples: [.init("callback-gateway variables voice", "for profiles of the voice channel")])

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
