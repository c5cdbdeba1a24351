/// The declaration of a command: its name, options, operands and help.
package struct CommandDescription: Sendable {
    /// A sample command line for the help, with an explanation.
    package struct Example: Sendable {
        package let line: String
        package let meaning: String

        package init(_ line: String, _ meaning: String) {
            self.line = line
            self.meaning = meaning
        }
    }

    /// The name: one word, or a group and a word separated by a space, such as `key list`.
    package let name: String
    /// One short sentence for the list of commands and the first line of the help.
    package let summary: String
    /// Paragraphs for the help. The help wraps them.
    package let discussion: [String]
    package let options: [OptionDescription]
    /// The operands in order. Only the last one may be repeatable.
    package let operands: [OperandDescription]
    /// Groups of option names that exclude each other.
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
