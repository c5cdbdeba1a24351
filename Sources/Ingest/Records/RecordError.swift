/// What is wrong with one line, as facts; ``description`` makes the words.
package enum RecordError: Error, Hashable, Sendable {
    /// A required field is absent or null.
    case missing(RecordField)
    /// A value that the field's rule refuses, shortened for showing.
    case unfit(RecordField, value: String)
    /// A number that a spreadsheet has shortened to the digits that it shows.
    case lostDigits(RecordField, value: String)
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
    case headerLacks([RecordField])
    case headerRepeats(RecordField)
    /// Older than what `prune` dropped: it may have been counted already.
    case pruned
    /// A mistake in a field that another program's records have at a place of their own.
    indirect case foreign(RecordError, place: String)
    /// All pointers of a map lead to nothing in a record; `hasWay` where the map says where its
    /// records are.
    case nothingMapped(places: [String], hasWay: Bool)
    /// A word or number that the other program's documents do not know.
    case unlisted(place: String, value: String, known: [String])
    /// The attempt has not ended yet: there is nothing to count.
    case unended(place: String, value: String)
    /// The file ends within a record or an answer.
    case endsEarly
}

extension RecordError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let field): Self.missing(field.rawValue)
        case .unfit(let field, let value): Self.unfit(field, value, at: field.rawValue)
        case .lostDigits(let field, let value): Self.lostDigits(value, at: field.rawValue)
        case .outOfYears(let value): Self.outOfYears(value, at: RecordField.finishedAt.rawValue)
        case .foreign(.missing(.company), let place):
            Self.missing(place) + "; name the company with '--company SID'"
        case .foreign(.missing, let place): Self.missing(place)
        case .foreign(.noOutcome, let place):
            "\(place) is missing, and nothing else says how it ended"
        case .foreign(.unfit(let field, let value), let place): Self.unfit(field, value, at: place)
        case .foreign(.lostDigits(_, let value), let place): Self.lostDigits(value, at: place)
        case .foreign(.outOfYears(let value), let place): Self.outOfYears(value, at: place)
        case .foreign(let mistake, let place): "\(place): \(mistake)"
        case .nothingMapped(let places, let hasWay):
            "nothing is at \(places.joined(separator: ", "))"
                + (hasWay ? "; does 'records' point to the list?" : "")
        case .unlisted(let place, let value, let known):
            "\(place): \(value) is none of \(known.joined(separator: ", "))"
        case .unended(let place, let value):
            "\(place): \(value) has not ended; import it again when it has"
        case .endsEarly: "the file ends within a record or an answer"
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

    private static func missing(_ place: String) -> String { "\(place) is missing" }

    private static func unfit(_ field: RecordField, _ value: String, at place: String) -> String {
        "\(place): \(value) is \(field.expectation)"
    }

    private static func lostDigits(_ value: String, at place: String) -> String {
        "\(place): \(value) has lost digits, as in a spreadsheet; export the column as text"
    }

    private static func outOfYears(_ value: String, at place: String) -> String {
        "\(place): \(value) is outside the years 1970 to 9999"
    }
}

extension RecordField {
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
package struct RejectedRecord: Error, Hashable, Sendable, CustomStringConvertible {
    /// Counted from 1; in CSV the line on which the record starts.
    package var line: Int
    /// Place in the list that holds the record, from 1: many can stand on one line.
    package var number: Int?
    package var mistake: RecordError

    package init(line: Int, number: Int? = nil, mistake: RecordError) {
        self.line = line
        self.number = number
        self.mistake = mistake
    }

    init(_ record: RawRecord, _ mistake: RecordError) {
        self.init(line: record.line, number: record.number, mistake: mistake)
    }

    package var description: String {
        "line \(line)" + (number.map { ", record \($0)" } ?? "") + ": \(mistake)"
    }
}
