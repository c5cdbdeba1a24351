/// What is wrong with one line, as facts; ``description`` makes the words.
package enum Mistake: Error, Hashable, Sendable {
    /// A required field is absent or null.
    case missing(Field)
    /// A value that the field's rule refuses, shortened for showing.
    case unfit(Field, value: String)
    /// A time that can be read, but not stored: before 1970 or after 9999.
    case outOfYears(value: String)
    /// Neither status nor outcome nor error says how it ended.
    case noOutcome
    case notUTF8
    case notJSON
    /// JSON, but an array, a string or a number.
    case notObject
    case tooLong
    case cellCount(found: Int, expected: Int)
    /// A quoted CSV cell that is never closed, or has text after its closing quote.
    case brokenQuotes
    /// Without these names in the header row, no row can be taken.
    case headerLacks([Field])
    case headerRepeats(Field)
    /// Older than what `prune` dropped: it may have been counted already.
    case pruned
}

extension Mistake: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let field): "\(field.rawValue) is missing"
        case .unfit(let field, let value): "\(field.rawValue): \(value) is \(field.expectation)"
        case .outOfYears(let value):
            "\(Field.finishedAt.rawValue): \(value) is outside the years 1970 to 9999"
        case .noOutcome: "status is needed where there is neither outcome nor error"
        case .notUTF8: "not UTF-8"
        case .notJSON: "not JSON"
        case .notObject: "no JSON object"
        case .tooLong: "longer than 1 MiB"
        case .cellCount(let found, let expected):
            "\(found) \(found == 1 ? "cell" : "cells") where the header row has \(expected)"
        case .brokenQuotes: "a quoted cell is not closed, or text follows its closing quote"
        case .headerLacks(let fields):
            "the header row lacks " + fields.map(\.rawValue).joined(separator: ", ")
        case .headerRepeats(let field): "the header row has \(field.rawValue) twice"
        case .pruned: "older than the limit of the last prune"
        }
    }
}

extension Field {
    /// What a value that was refused is not.
    fileprivate var expectation: String {
        switch self {
        case .callbackID, .company, .profileID, .channel, .event, .method:
            "no string of 1 to \(FieldValues.textLimit) bytes without control characters"
        case .finishedAt: "no RFC 3339 time and no Unix time"
        case .attempt: "no whole number from 1"
        case .outcome: "none of delivered, failed, retrying"
        case .status: "no HTTP status from 100 to 599"
        case .error, .url: "no string"
        case .durationMilliseconds: "no number of milliseconds from 0"
        }
    }
}

/// A line that was not taken, with its number.
package struct RecordProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// Counted from 1; in CSV the line on which the record starts.
    package var line: Int
    package var mistake: Mistake

    package init(line: Int, mistake: Mistake) {
        self.line = line
        self.mistake = mistake
    }

    package var description: String { "line \(line): \(mistake)" }
}
