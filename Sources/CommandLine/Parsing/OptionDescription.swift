/// The declaration of an option: `--dry-run`, or `--config FILE` with a value.
package struct OptionDescription: Sendable, Equatable {
    /// The long name without dashes.
    package let name: String
    /// The placeholder for the value in the help, such as `FILE`, or nil for a flag.
    package let valueName: String?
    /// One sentence for the help.
    package let help: String
    /// The allowed values. If empty, any value is allowed.
    package let allowedValues: [String]
    /// Whether the option may be given more than once.
    package let isRepeatable: Bool
    /// Whether the command requires the option.
    package let isRequired: Bool

    /// Returns an option without a value.
    package static func flag(_ name: String, help: String) -> OptionDescription {
        OptionDescription(
            name: name, valueName: nil, help: help, allowedValues: [], isRepeatable: false,
            isRequired: false)
    }

    /// Returns an option with a value.
    ///
    /// - Parameters:
    ///   - name: the long name without dashes.
    ///   - valueName: the placeholder for the value in the help.
    ///   - help: one sentence for the help.
    ///   - allowed: the allowed values. If empty, any value is allowed.
    ///   - isRepeatable: whether the option may be given more than once.
    ///   - isRequired: whether the command requires the option.
    package static func value(
        _ name: String, _ valueName: String, help: String, allowed: [String] = [],
        isRepeatable: Bool = false, isRequired: Bool = false
    ) -> OptionDescription {
        OptionDescription(
            name: name, valueName: valueName, help: help, allowedValues: allowed,
            isRepeatable: isRepeatable, isRequired: isRequired)
    }

    /// The notation in the help, such as `--config FILE`.
    var form: String {
        valueName.map { "--\(name) \($0)" } ?? "--\(name)"
    }
}
