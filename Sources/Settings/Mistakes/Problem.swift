/// What is wrong at one place of the configuration; `description` has the words and the remedy.
enum Problem: Error, Hashable {
    case syntax(SyntaxFault.Kind)
    case notUTF8
    case emptyFile
    case repeatedKey(String, line: Int)
    case unknownKey(String, nearest: String?)
    /// A password in the text of the file; its value is never kept.
    case secretKey(String)
    case missing(String)
    /// A value of another type than `expected`; `found` says which, with its value where that may show.
    case type(expected: String, found: String)
    case range(Int, ClosedRange<Int>)
    case tooSmall(Int, least: Int)
    /// A string that is not what `expected` says.
    case form(String, expected: String)
    /// The same for a value that may hold a secret, so that it is not shown.
    case hiddenForm(expected: String)
    /// A user or password in a URL; the URL is not shown.
    case secretURL
    case unknownZone(String, nearest: String?)
    /// A name that people have for a zone and the tz database has not.
    case otherZoneName(String, advice: String)
    case unknownWord(String, nearest: String?, all: [String])
    case sharedSID(String, with: String)
    /// Two keys of which there may be one.
    case either(String, String)
    case needs(String)
    /// What the parser of another module said of the value, in its words.
    case refused(String)
}

extension Problem {
    /// The same without the value.
    var hidden: Problem {
        guard case .form(_, let expected) = self else { return self }
        return .hiddenForm(expected: expected)
    }
}
