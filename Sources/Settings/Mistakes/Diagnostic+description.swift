extension Diagnostic: CustomStringConvertible {
    /// The place, what is wrong there, and the remedy, in one line without the file's name.
    package var description: String {
        path.isEmpty ? problem.description : "\(path): \(problem)"
    }
}

extension Problem: CustomStringConvertible {
    var description: String {
        switch self {
        case .syntax, .notUTF8, .emptyFile, .repeatedKey, .unknownKey, .secretKey:
            textWords
        case .missing, .type, .range, .tooSmall, .form, .hiddenForm, .secretURL, .unknownZone,
            .otherZoneName, .unknownWord:
            valueWords
        case .sharedSID, .either, .needs, .refused:
            ruleWords
        }
    }

    /// Of the text itself and its keys.
    private var textWords: String {
        switch self {
        case .syntax(let kind): kind.description
        case .notUTF8: "the file is not UTF-8; save it with that encoding"
        case .emptyFile: "the file is empty; 'callback-reports init' writes one to start from"
        case .repeatedKey(let key, let line):
            "the key \(quoted(key)) is given twice, again on line \(line); remove one"
        case .unknownKey(let key, let nearest): "unknown key \(quoted(key))" + suggestion(nearest)
        case .secretKey(let key):
            "\(quoted(key)) puts a password into this file; write it to a file of its own and "
                + "name that with 'passwordFile', or name a variable with 'passwordEnvironment'"
        default: ""
        }
    }

    /// Of one value by itself.
    private var valueWords: String {
        switch self {
        case .missing(let expected): "missing; expected \(expected)"
        case .type(let expected, let found): "expected \(expected), found \(found)"
        case .range(let value, let range):
            "\(value) is out of range; expected \(range.lowerBound) to \(range.upperBound)"
        case .tooSmall(let value, let least): "\(value) is too small; expected \(least) or more"
        case .form(let value, let expected): "expected \(expected), found \(quoted(value))"
        case .hiddenForm(let expected): "expected \(expected); the value is not shown here"
        case .secretURL: "the URL holds a user or password; remove it from there"
        case .unknownZone(let name, let nearest):
            "unknown time zone \(quoted(name))"
                + (nearest.map { suggestion($0) } ?? "; write a city, such as 'Asia/Kolkata'")
        case .otherZoneName(let name, let advice): "unknown time zone \(quoted(name)); \(advice)"
        case .unknownWord(let word, let nearest, let all):
            "unknown value \(quoted(word))"
                + (nearest.map { suggestion($0) } ?? "; expected \(alternatives(all))")
        default: ""
        }
    }

    /// Of values that do not go together.
    private var ruleWords: String {
        switch self {
        case .sharedSID(let sid, let other):
            "\(quoted(sid)) is the sid of \(other) too; "
                + "each company has its own"
        case .either(let first, let second):
            "'\(first)' and '\(second)' exclude each other; remove one"
        case .needs(let key): "needs '\(key)' beside it"
        case .refused(let words): words
        default: ""
        }
    }
}

private func suggestion(_ nearest: String?) -> String {
    nearest.map { "; did you mean \(quoted($0))?" } ?? ""
}

/// `'a', 'b' or 'c'`.
private func alternatives(_ words: [String]) -> String {
    let quotes = words.map(quoted)
    guard let last = quotes.last, quotes.count > 1 else { return quotes.joined() }
    return quotes.dropLast().joined(separator: ", ") + " or " + last
}
