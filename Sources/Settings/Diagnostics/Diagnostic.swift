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
    case secretKey(String, isPassword: Bool)
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

extension Diagnostic: CustomStringConvertible {
    /// The path, the problem and the remedy in one line, without the file name.
    package var description: String {
        path.isEmpty ? problem.description : "\(path): \(problem)"
    }
}

extension Problem: CustomStringConvertible {
    var description: String {
        switch self {
        case .syntax, .notUTF8, .emptyFile, .repeatedKey, .unknownKey, .secretKey:
            syntaxDescription
        case .missing, .type, .range, .tooSmall, .form, .hiddenForm, .secretURL, .unknownZone,
            .otherZoneName, .unknownWord:
            valueDescription
        case .sharedSID, .either, .needs, .refused:
            ruleDescription
        }
    }

    /// The text of problems with the syntax or the keys.
    private var syntaxDescription: String {
        switch self {
        case .syntax(let kind): kind.words
        case .notUTF8: "the file is not UTF-8; save it as UTF-8"
        case .emptyFile: "the file is empty; 'callback-reports init' writes a sample configuration"
        case .repeatedKey(let key, let line):
            "duplicate key \(quoted(key)), repeated on line \(line); remove one"
        case .unknownKey(let key, let nearest): "unknown key \(quoted(key))" + suggestion(nearest)
        case .secretKey(let key, isPassword: true):
            "\(quoted(key)): passwords are not allowed in this file; use 'passwordFile' or "
                + "'passwordEnvironment'"
        case .secretKey(let key, isPassword: false):
            "\(quoted(key)): secrets are not allowed in this file; use 'secretFile'"
        default: ""
        }
    }

    /// The text of problems with a single value.
    private var valueDescription: String {
        switch self {
        case .missing(let expected): "missing; expected \(expected)"
        case .type(let expected, let found): "expected \(expected), found \(found)"
        case .range(let value, let range):
            "\(value) is out of range; expected \(range.lowerBound) to \(range.upperBound)"
        case .tooSmall(let value, let least): "\(value) is too small; expected \(least) or more"
        case .form(let value, let expected): "expected \(expected), found \(quoted(value))"
        case .hiddenForm(let expected): "expected \(expected); the value is not shown here"
        case .secretURL: "the URL contains a user name or password; remove it"
        case .unknownZone(let name, let nearest):
            "unknown time zone \(quoted(name))"
                + (nearest.map { suggestion($0) } ?? "; use a city, such as 'Asia/Kolkata'")
        case .otherZoneName(let name, let advice): "unknown time zone \(quoted(name)); \(advice)"
        case .unknownWord(let word, let nearest, let all):
            "unknown value \(quoted(word))"
                + (nearest.map { suggestion($0) } ?? "; expected \(alternatives(all))")
        default: ""
        }
    }

    /// The text of problems with values that conflict.
    private var ruleDescription: String {
        switch self {
        case .sharedSID(let sid, let other):
            "duplicate SID \(quoted(sid)), also used by \(other); SIDs must be unique"
        case .either(let first, let second):
            "'\(first)' and '\(second)' cannot be combined; remove one"
        case .needs(let key): "requires '\(key)'"
        case .refused(let words): words
        default: ""
        }
    }
}

private func suggestion(_ nearest: String?) -> String {
    nearest.map { "; did you mean \(quoted($0))?" } ?? ""
}

/// Returns `'a', 'b' or 'c'`.
private func alternatives(_ words: [String]) -> String {
    let quotes = words.map(quoted)
    guard let last = quotes.last, quotes.count > 1 else { return quotes.joined() }
    return quotes.dropLast().joined(separator: ", ") + " or " + last
}
