/// A short mail in plain text.
package struct Notice: Hashable, Sendable {
    package var subject: String
    package var text: String
}
