import JSON
import TextSupport

/// Files to which other programs append records.
package struct SourceSettings: Hashable, Sendable {
    /// An absolute path or a pattern with `*`, `?` and `[…]`.
    package let path: String
    /// The names of the fields that identify a callback together. If nil, only the callback ID
    /// identifies it.
    package let callbackKey: [String]?
    /// Absolute patterns of the rotated files.
    package let rotatedTo: [String]
}

extension SourceSettings {
    /// The fields that can be part of a key.
    package static let keyFields = [
        "callback_id", "profile_id", "channel", "event", "method", "url",
    ]

    /// Decodes one element of `sources`. Returns nil if it has an error.
    static func read(
        _ value: JSON5Value, at place: ValuePath, directory: String
    ) -> (source: SourceSettings?, diagnostics: [Diagnostic]) {
        var section = ObjectDecoder(value, at: place, keys: ["path", "callbackKey", "rotatedTo"])
        let path = section.required("path", "the path of a log file", StringFormats.path)
        let key = section.callbackKey()
        let rotatedTo = section.texts("rotatedTo", StringFormats.path)
        let source = path.map { path in
            SourceSettings(
                path: absolute(path, in: directory), callbackKey: key,
                rotatedTo: rotatedTo.map { absolute($0, in: directory) })
        }
        return (source, section.diagnostics)
    }
}

extension ObjectDecoder {
    fileprivate mutating func callbackKey() -> [String]? {
        guard has("callbackKey") else { return nil }
        let (before, items) = (diagnostics.count, list("callbackKey"))
        var names: [String] = []
        for (place, value) in items {
            do throws(Problem) {
                let name = try Self.keyField(value)
                if names.contains(name) { throw .refused("'\(name)' is listed twice; remove one") }
                names.append(name)
            } catch {
                absorb([Diagnostic(place: place, problem: error)])
            }
        }
        if diagnostics.count == before, !names.contains("callback_id") {
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
