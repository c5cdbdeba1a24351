/// A company with errors in its settings. It gets no reports until they are fixed.
package struct InvalidCompany: Hashable, Sendable {
    /// Nil if the error is in the sid.
    package let sid: String?
    /// The errors. Never empty.
    package var diagnostics: [Diagnostic]
}
