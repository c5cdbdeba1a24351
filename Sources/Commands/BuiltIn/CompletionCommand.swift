import CommandLine

/// `completion`: prints the completion script for a shell. All programs have this command.
enum CompletionCommand {
    static func description(of program: String) -> CommandDescription {
        CommandDescription(
            name: "completion", summary: "Prints the completion script for a shell.",
            discussion: [
                "The Debian package installs the scripts. Without the package, load the script in "
                    + "the startup file of your shell."
            ],
            operands: [
                .init("SHELL", .one, help: "The shell: bash, zsh or fish.")
            ],
            examples: [
                .init("source <(\(program) completion bash)", "a line for ~/.bashrc"),
                .init("source <(\(program) completion zsh)", "a line for ~/.zshrc, after compinit"),
                .init(
                    "\(program) completion fish >~/.config/fish/completions/\(program).fish",
                    "installs the script for fish"),
            ])
    }

    /// - Throws: A `UsageError` if the shell is unknown.
    static func run(_ arguments: Arguments, of program: String, on console: Console) throws {
        let name = arguments.operands[0]
        guard let shell = Shell(rawValue: name) else {
            throw arguments.invalid(
                operand: "SHELL", name, expected: "bash, zsh or fish", among: Shell.names)
        }
        console.output.write(shell.completionScript(for: program))
    }
}

extension Shell {
    static var names: [String] { allCases.map(\.rawValue) }
}
