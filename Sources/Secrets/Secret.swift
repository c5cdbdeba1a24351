/// A password or token that prints as `[secret]` wherever it is described.
///
/// What is printed, interpolated, dumped or mirrored is never the value; ``reveal()`` is the one way
/// to it, so a search for that word finds every place where a secret leaves.
package struct Secret: Sendable, Equatable {
    private let value: String

    package init(_ value: String) {
        self.value = value
    }

    /// The value itself, for the one call that needs it.
    package func reveal() -> String { value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[secret]" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
