/// How strictly JSON is parsed.
package struct JSONRules: Sendable {
    /// Whether an object may repeat a name. As in most parsers, the last value is then used.
    let allowsRepeatedNames: Bool
    /// The maximum nesting depth of arrays and objects.
    let depthLimit: Int

    /// For input that is written for this program. A duplicate name is reported as an error.
    package static let strict = JSONRules(allowsRepeatedNames: false, depthLimit: 64)
    /// For input that other programs produce for general use.
    package static let lenient = JSONRules(allowsRepeatedNames: true, depthLimit: 512)
}
