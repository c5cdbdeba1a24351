import JSON
import Placeholders

/// The values that an event provides for placeholders.
struct VariableValues {
    private let variables: JSONObject
    private let knownNames: Set<String>

    init(_ event: TriggeredEvent) {
        var variables = event.variables
        // The event name is also a variable, even if the trigger does not list it there.
        if variables["event"] == nil, let event = event.event {
            variables["event"] = .string(event)
        }
        self.variables = variables
        knownNames = Channel.knownNames[event.channel] ?? []
    }

    /// Returns the values of placeholders without encryption.
    var filler: Filler<Never> {
        { placeholder in value(of: placeholder).map(Filling.init) ?? .unknown }
    }

    /// Returns null for a known name without a value, and `nil` for an unknown name.
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
    /// Returns the member of an object, or the element of an array, that a path component names.
    fileprivate func member(_ step: String) -> JSONValue? {
        if let object { return object[step] }
        guard let array, let index = Int(step), array.indices.contains(index) else { return nil }
        return array[index]
    }
}
