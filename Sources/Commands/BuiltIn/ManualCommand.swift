import CommandLine

/// `manual`: prints the manual page. All programs have this command.
enum ManualCommand {
    static func description(of program: String) -> CommandDescription {
        CommandDescription(
            name: "manual", summary: "Prints the manual page for man(1).",
            discussion: ["The Debian package installs the page."],
            examples: [
                .init("\(program) manual | man -l -", "reads the page without installing it")
            ])
    }
}
