/// A command of a program as values: what it takes and what its help says.
package struct CommandDescription: Sendable {
    /// A command line for the help, and what it does.
    package struct Example: Sendable {
        package let line: String
        package let meaning: String

        package init(_ line: String, _ meaning: String) {
            self.line = line
            self.meaning = meaning
        }
    }

    /// One word, or two with a space between them, the first being that of a group: `key list`.
    package let name: String
    /// One short sentence, for the list of commands and the head of the help.
    package let summary: String
    /// Paragraphs for the help, wrapped there.
    package let discussion: [String]
    package let options: [OptionDescription]
    /// In their order; only the last may repeat.
    package let operands: [OperandDescription]
    /// Names of options of which each pair excludes one another.
    package let exclusive: [[String]]
    package let examples: [Example]

    package init(
        name: String, summary: String, discussion: [String] = [],
        options: [OptionDescription] = [], operands: [OperandDescription] = [],
        exclusive: [[String]] = [], examples: [Example] = []
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.options = options
        self.operands = operands
        self.exclusive = exclusive
        self.examples = examples
    }
}
