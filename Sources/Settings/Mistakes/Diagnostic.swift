/// One mistake in the configuration: where, what, and what to do about it.
package struct Diagnostic: Error, Hashable, Sendable {
    let place: ConfigurationPath
    let problem: Problem

    /// Where it stands, such as `companies[0].timeZone`; a line and column when the text is no JSON5.
    package var path: String { place.text }
}
