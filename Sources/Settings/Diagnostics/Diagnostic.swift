import JSON
import TextSupport

/// A problem in the configuration: its location, its cause and its remedy.
package struct Diagnostic: Error, Hashable, Sendable {
    let place: ValuePath
    let problem: Problem

    /// The location, such as `companies[0].timeZone`, or the line and column of a syntax error.
    package var path: String { place.text }
}

/// A problem with a value of the configuration. `description` returns the message and the remedy.
enum Problem: Error, Hashable {
    case syntax(JSON5SyntaxError.Kind)
    case notUTF8
    case emptyFile
    case repeatedKey(String, line: Int)
    case unknownKey(String, nearest: String?)
    /// The file contains a password. Its value is never kept.
    case secretKey(String)
    case missing(String)
    /// The value has another type than `expected`. `found` describes it, with its value if that is
    /// not secret.
    case type(expected: String, found: String)
    case range(Int, ClosedRange<Int>)
    case tooSmall(Int, least: Int)
    /// A string that does not have the expected form.
    case form(String, expected: String)
    /// A string that does not have the expected form and may be secret, so it is not shown.
    case hiddenForm(expected: String)
    /// A URL with a user name or password. The URL is not shown.
    case secretURL
    case unknownZone(String, nearest: String?)
    /// A common name for a time zone that is not in the tz database.
    case otherZoneName(String, advice: String)
    case unknownWord(String, nearest: String?, all: [String])
    case sharedSID(String, with: String)
    /// Two keys that exclude each other.
    case either(String, String)
    case needs(String)
    /// The parser of another module rejected the value, with this message.
    case refused(String)
}

extension Problem {
    /// The problem without the value.
    var hidden: Problem {
        guard case .form(_, let expected) = self else { return self }
        return .hiddenForm(expected: expected)
    }
}

/// Returns a value in single quotes, escaped for terminals and truncated after 80 characters.
///
/// The user name and password of URLs are removed.
func quoted(_ value: String) -> String {
    let value = value.replacing(/:\/\/.*@/, with: "://…@")
    let shown = value.count > 80 ? value.prefix(80) + "…" : value[...]
    return "'" + shown.unicodeScalars.map(visible).joined() + "'"
}

/// Returns control characters and bidirectional marks as `\u{1B}`, and other scalars unchanged.
private func visible(_ scalar: Unicode.Scalar) -> String {
    guard scalar.isInvisible else { return String(scalar) }
    return "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
}
