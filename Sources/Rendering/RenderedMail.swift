/// A report as a mail.
package struct RenderedMail: Hashable, Sendable {
    /// One line without control characters, not yet encoded for a header.
    package var subject: String
    /// Plain text with at most 80 columns.
    package var text: String
    /// A self-contained HTML document of less than 100 KB.
    package var html: String
}
