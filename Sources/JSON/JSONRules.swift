/// How strictly a JSON text is read.
package struct JSONRules: Sendable {
    /// Whether an object may have a name twice; then the last value counts, as in most readers.
    let allowsRepeatedNames: Bool
    /// Arrays and objects within each other.
    let depthLimit: Int

    /// For what a person or a client writes for us: a repeated name is a mistake to point out.
    package static let strict = JSONRules(allowsRepeatedNames: false, depthLimit: 64)
    /// For what other programs write for anybody.
    package static let lenient = JSONRules(allowsRepeatedNames: true, depthLimit: 512)
}
