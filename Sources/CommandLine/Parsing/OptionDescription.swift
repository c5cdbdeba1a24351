/// An option of a command: `--dry-run`, or `--config FILE` with a value.
package struct OptionDescription: Sendable, Equatable {
    /// The long name without its dashes.
    package let name: String
    /// What stands for the value in help, such as `FILE`; nil for a flag, which takes none.
    package let valueName: String?
    /// One sentence for the help.
    package let help: String
    /// The only values it takes; empty when any will do.
    package let allowedValues: [String]
    /// Whether it may be given more than once.
    package let isRepeatable: Bool
    /// Whether the command cannot do without it.
    package let isRequired: Bool

    /// An option without a value.
    package static func flag(_ name: String, help: String) -> OptionDescription {
        OptionDescription(
            name: name, valueName: nil, help: help, allowedValues: [], isRepeatable: false,
            isRequired: false)
    }

    /// An option with a value, called `valueName` in help.
    package static func value(
        _ name: String, _ valueName: String, help: String, allowed: [String] = [],
        isRepeatable: Bool = false, isRequired: Bool = false
    ) -> OptionDescription {
        OptionDescription(
            name: name, valueName: valueName, help: help, allowedValues: allowed,
            isRepeatable: isRepeatable, isRequired: isRequired)
    }

    /// How it is written: `--config FILE`.
    var form: String {
        valueName.map { "--\(name) \($0)" } ?? "--\(name)"
    }
}
