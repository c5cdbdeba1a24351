import Spelling

/// Files that other programs append records to.
package struct SourceSettings: Hashable, Sendable {
    /// Absolute; may be a pattern with `*`, `?` and `[…]`.
    package let path: String
    /// Names of the fields that together tell callbacks apart; nil for the callback's id alone.
    package let callbackKey: [String]?
    /// Patterns of the files that rotation makes of them; absolute.
    package let rotatedTo: [String]
}

extension SourceSettings {
    /// The fields that can be part of a key.
    package static let keyFields = [
        "callback_id", "profile_id", "channel", "event", "method", "url",
    ]

    /// Reads one element of `sources`; nil when it has a mistake.
    static func read(
        _ value: JSON5Value, at place: ConfigurationPath, directory: String
    ) -> (source: SourceSettings?, mistakes: [Diagnostic]) {
        var section = ObjectDecoder(value, at: place, keys: ["path", "callbackKey", "rotatedTo"])
        let path = section.required("path", "the path of a log file", StringFormats.path)
        let key = section.callbackKey()
        let rotatedTo = section.texts("rotatedTo", StringFormats.path)
        let source = path.map { path in
            SourceSettings(
                path: absolute(path, in: directory), callbackKey: key,
                rotatedTo: rotatedTo.map { absolute($0, in: directory) })
        }
        return (source, section.mistakes)
    }
}

extension ObjectDecoder {
    fileprivate mutating func callbackKey() -> [String]? {
        guard has("callbackKey") else { return nil }
        let (before, items) = (mistakes.count, list("callbackKey"))
        var names: [String] = []
        for (place, value) in items {
            do throws(Problem) {
                let name = try Self.keyField(value)
                if names.contains(name) { throw .refused("'\(name)' is there twice; remove one") }
                names.append(name)
            } catch {
                absorb([Diagnostic(place: place, problem: error)])
            }
        }
        if mistakes.count == before, !names.contains("callback_id") {
            report(.refused("'callback_id' must be one of the fields"), at: "callbackKey")
        }
        return names
    }

    private static func keyField(_ value: JSON5Value) throws(Problem) -> String {
        guard case .string(let name) = value else {
            throw .type(expected: "a string", found: value.summary)
        }
        let all = SourceSettings.keyFields
        if all.contains(name) { return name }
        throw .unknownWord(name, nearest: nearestSpelling(of: name, in: all), all: all)
    }
}
