import JSON

/// A problem in the configuration: its location, its cause and its remedy.
package struct Diagnostic: Error, Hashable, Sendable {
    let place: ValuePath
    let problem: Problem

    /// The location, such as `companies[0].timeZone`, or the line and column of a syntax error.
    package var path: String { place.text }
}
