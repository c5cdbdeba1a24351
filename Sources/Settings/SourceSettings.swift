/// Files that other programs append records to.
package struct SourceSettings: Hashable, Sendable {
    /// Absolute; may be a pattern with `*`, `?` and `[…]`.
    package let path: String
}

extension SourceSettings {
    /// Reads one element of `sources`; nil when it has a mistake.
    static func read(
        _ value: JSON5Value, at place: Place, directory: String
    ) -> (source: SourceSettings?, mistakes: [Mistake]) {
        var section = Section(value, at: place, keys: ["path"])
        let path = section.required("path", "the path of a log file", Forms.path)
        let source = path.map { SourceSettings(path: absolute($0, in: directory)) }
        return (source, section.mistakes)
    }
}
