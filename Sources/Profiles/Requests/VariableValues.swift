import JSON
import Placeholders

/// The values that an event has for the placeholders of a channel.
struct VariableValues {
    private let variables: JSONObject
    private let knownNames: Set<String>

    init(_ event: TriggeredEvent) {
        var variables = event.variables
        // The event itself is a variable, also where whoever triggered it named it only once.
        if variables["event"] == nil, let event = event.event {
            variables["event"] = .string(event)
        }
        self.variables = variables
        knownNames = Channel.knownNames[event.channel] ?? []
    }

    /// Gives placeholders their values as they are.
    var filler: Filler<Never> {
        { placeholder in value(of: placeholder).map(Filling.init) ?? .unknown }
    }

    /// Null for a name that is known and has no value here; nil for one that nobody knows.
    func value(of placeholder: Placeholder) -> JSONValue? {
        if let value = variables[placeholder.name] { return value }
        let root = String(placeholder.root)
        guard let outer = variables[root] else {
            let isKnown = knownNames.contains(root) || knownNames.contains(placeholder.name)
            return isKnown ? .null : nil
        }
        let steps = placeholder.name.split(separator: ".").dropFirst()
        return steps.reduce(outer) { $0.member(String($1)) ?? .null }
    }
}

extension JSONValue {
    /// The member of an object, or the element of an array, that a step of a path leads to.
    fileprivate func member(_ step: String) -> JSONValue? {
        if let object { return object[step] }
        guard let array, let index = Int(step), array.indices.contains(index) else { return nil }
        return array[index]
    }
}
