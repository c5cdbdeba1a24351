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
        case .secretKey(let key):
            "\(quoted(key)): passwords are not allowed in this file; use 'passwordFile' or "
                + "'passwordEnvironment'"
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
