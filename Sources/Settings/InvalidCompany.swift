/// A company that gets no reports until the mistakes in its part of the file are gone.
package struct InvalidCompany: Hashable, Sendable {
    /// Nil when the mistake is in the sid itself.
    package let sid: String?
    /// Never empty.
    package var mistakes: [Diagnostic]
}
