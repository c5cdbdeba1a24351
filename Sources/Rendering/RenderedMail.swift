/// A report as a mail shows it.
package struct RenderedMail: Hashable, Sendable {
    /// One line without control characters, not encoded for a header yet.
    package var subject: String
    /// Plain text of 80 columns.
    package var text: String
    /// An HTML document below 100 KB that needs nothing from elsewhere.
    package var html: String
}
