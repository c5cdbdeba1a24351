package import JSON

/// A name that callbacks of a channel have a value for.
package struct Variable: Hashable, Sendable {
    package let name: String
    /// What a value may look like, for tests of a profile and for `replacers`.
    package let sample: JSONValue
    package let meaning: String

    init(_ name: String, _ sample: JSONValue, _ meaning: String) {
        (self.name, self.sample, self.meaning) = (name, sample, meaning)
    }
}

/// The variables that come together with one kind of event.
package struct VariableGroup: Hashable, Sendable {
    package let title: String
    package let variables: [Variable]
}

extension Channel {
    /// The variable of a name, from whichever group has it first.
    func variable(named name: some StringProtocol) -> Variable? {
        variableGroups.lazy.flatMap(\.variables).first { $0.name == name }
    }

    /// The names that become an empty string where an event has no value for them.
    static let knownNames = Dictionary(
        uniqueKeysWithValues: allCases.map { channel in
            (channel, Set(channel.variableGroups.flatMap(\.variables).map(\.name)))
        })
}
