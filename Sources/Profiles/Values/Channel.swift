package import JSON

/// What a callback is about. The channel of a profile cannot change.
package enum Channel: String, CaseIterable, Sendable {
    case general = "default"
    case sms
    case email
    case voice
    case whatsapp

    /// The events that profiles of the channel can subscribe to. Empty for `default`.
    package var events: [String] {
        switch self {
        case .general: []
        case .sms: ["SMS-sent"]
        case .email: ["Email-sent"]
        case .voice:
            [
                "call_start", "call_answer", "call_end", "from_call_start", "to_call_start",
                "from_call_answer", "to_call_answer",
            ]
        case .whatsapp:
            [
                "message-status", "incoming-message", "payment-status", "template-status",
                "number-quality",
            ]
        }
    }
}

/// A name that callbacks of a channel can have a value for.
package struct Variable: Hashable, Sendable {
    package let name: String
    /// A sample value, for test deliveries and for `replacers`.
    package let sample: JSONValue
    package let meaning: String

    init(_ name: String, _ sample: JSONValue, _ meaning: String) {
        (self.name, self.sample, self.meaning) = (name, sample, meaning)
    }
}

/// The variables of one kind of event.
package struct VariableGroup: Hashable, Sendable {
    package let title: String
    package let variables: [Variable]
}

extension Channel {
    /// Returns the variable with a name, from the first group that has it.
    func variable(named name: some StringProtocol) -> Variable? {
        variableGroups.lazy.flatMap(\.variables).first { $0.name == name }
    }

    /// The names that become an empty string if an event has no value for them.
    static let knownNames = Dictionary(
        uniqueKeysWithValues: allCases.map { channel in
            (channel, Set(channel.variableGroups.flatMap(\.variables).map(\.name)))
        })
}
