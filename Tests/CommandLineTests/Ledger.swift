import CommandLine

/// A sample program that has each kind of option and operand.
let ledger = Program(
    name: "ledger", summary: "Keep the books of a company.", version: { "ledger 1.0" },
    commands: [
        CommandDescription(
            name: "import", summary: "Read entries from files into the books.",
            discussion: [
                "Entries that are there already change nothing, so a file may be imported again "
                    + "at any time, and the books stay as they were before."
            ],
            options: [
                .value("format", "FORMAT", help: "How it is written.", allowed: ["csv", "json"]),
                .value("rejects", "FILE", help: "Where entries go that cannot be read."),
                .value("tag", "TAG", help: "A tag for each entry.", isRepeatable: true),
                .flag("strict", help: "Take every entry or none."),
                .flag("lenient", help: "Take what can be read."),
            ],
            operands: [OperandDescription("FILE", .oneOrMore, help: "A file, or - for input.")],
            exclusive: [["strict", "lenient"]],
            examples: [.init("ledger import --strict may.csv", "All of May, or nothing.")]),
        CommandDescription(
            name: "show", summary: "Print an entry.",
            options: [
                .value("account", "ACCOUNT", help: "The account it is in.", isRequired: true),
                .value("count", "N", help: "How many entries to print after it."),
            ],
            operands: [
                OperandDescription("ID", .one, help: "The number of the entry."),
                OperandDescription("DAY", .atMostOne, help: "The day it was made."),
            ]),
        CommandDescription(name: "balance", summary: "Print all balances."),
    ],
    sharedOptions: [.value("config", "FILE", help: "The configuration to use.")]
)

/// Parses a command line that must be valid. Returns nil if it needs no command.
func arguments(_ words: String...) -> Arguments? {
    guard case .command(let arguments) = ledger.begin(words, on: Recording().console) else {
        return nil
    }
    return arguments
}
