/// A password or token that is redacted as `[secret]` in descriptions.
///
/// Printing, interpolating, dumping or mirroring a secret never exposes its value. Only
/// ``reveal()`` returns it, so a search for that name finds every place where a secret is used.
///
///     let password = Secret("hunter2")
///     print("password: \(password)")  // password: [secret]
///     login(password.reveal())
package struct Secret: Sendable, Equatable {
    private let value: String

    package init(_ value: String) {
        self.value = value
    }

    /// Returns the plain value.
    package func reveal() -> String { value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[secret]" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
