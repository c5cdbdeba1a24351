import Glibc

/// The problem of one line, in structured form. ``description`` is the message.
package enum RecordError: Error, Hashable, Sendable {
    /// A required field is absent or null.
    case missing(RecordField)
    /// A value violates the field's rule. The value is shortened for display.
    case invalidValue(RecordField, value: String)
    /// A number was shortened by a spreadsheet to the displayed digits.
    case lostDigits(RecordField, value: String)
    /// The time is valid, but before 1970 or after 9999.
    case yearOutOfRange(value: String)
    /// None of status, outcome and error says how the attempt ended.
    case noOutcome
    /// A time without Z or an offset.
    case noOffset(value: String)
    /// An identifier contains U+FFFD, which may replace different characters.
    case replacedCharacter(RecordField, value: String)
    case notUTF8
    case notJSON
    /// Arrays and objects are nested deeper than the limit.
    case tooDeep(limit: Int)
    /// The value is valid JSON, but an array, a string or a number.
    case notObject
    case tooLong
    /// The same for a line of a source, of which only the start is saved.
    case tooLongToSave
    case cellCount(found: Int, expected: Int)
    /// A quoted CSV cell is not closed, or text follows its closing quote.
    case brokenQuotes
    /// The header row lacks these names, so that no row can be parsed.
    case headerLacks([RecordField])
    case headerRepeats(RecordField)
    /// The lines of a CSV file end with CR only, so that the whole file is one line.
    case carriageReturns
    /// The record is older than the prune limit, so it may have been counted already.
    case pruned
    /// An error in a field that records of another program have at their own location.
    indirect case located(RecordError, place: String)
    /// None of the pointers of a map leads to a value. `hasRecordPath` says whether the map has `records`.
    case nothingMapped(places: [String], hasRecordPath: Bool)
    /// The path to the records names an item that a list does not have.
    case noRecords(places: String)
    /// The value is not in the list of known values.
    case unknownValue(place: String, value: String, known: [String])
    /// The attempt has not ended yet, so there is nothing to count.
    case notFinal(place: String, value: String)
    /// The file ends in the middle of a record or a response.
    case endsEarly
    /// The last line of a file that does not grow, from this byte, has no line end.
    case unterminated(offset: Int64)
}

extension RecordError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let field): Self.missing(field.rawValue)
        case .invalidValue(let field, let value):
            Self.invalidValue(field, value, at: field.rawValue)
        case .lostDigits(let field, let value): Self.lostDigits(value, at: field.rawValue)
        case .yearOutOfRange(let value):
            Self.yearOutOfRange(value, at: RecordField.finishedAt.rawValue)
        case .noOffset(let value): Self.noOffset(value, at: RecordField.finishedAt.rawValue)
        case .replacedCharacter(let field, let value): Self.replaced(value, at: field.rawValue)
        case .located(.missing(.company), let place):
            Self.missing(place) + "; name the company with '--company SID'"
        case .located(.missing, let place): Self.missing(place)
        case .located(.noOutcome, let place):
            "\(place) is missing, and no other field says how the attempt ended"
        case .located(.invalidValue(let field, let value), let place):
            Self.invalidValue(field, value, at: place)
        case .located(.lostDigits(_, let value), let place): Self.lostDigits(value, at: place)
        case .located(.yearOutOfRange(let value), let place): Self.yearOutOfRange(value, at: place)
        case .located(.noOffset(let value), let place): Self.noOffset(value, at: place)
        case .located(.replacedCharacter(_, let value), let place): Self.replaced(value, at: place)
        case .located(let error, let place): "\(place): \(error)"
        case .nothingMapped(let places, let hasRecordPath):
            "found no value at \(places.joined(separator: ", "))"
                + (hasRecordPath ? "; check that 'records' points to the list" : "")
        case .noRecords(let places):
            "found nothing at \(places); check that 'records' points to the list"
        case .unknownValue(let place, let value, let known):
            "\(place): \(value) is not one of \(known.joined(separator: ", "))"
        case .notFinal(let place, let value):
            "\(place): \(value) is not a final state; import the record again later"
        case .unterminated(let offset):
            "the file ends within this line, which starts at byte \(offset)"
        case .endsEarly: "the file ends in the middle of a record or response"
        case .noOutcome: "one of status, outcome and error is required"
        case .notUTF8: "not UTF-8"
        case .notJSON: "not JSON"
        case .tooDeep(let limit):
            "arrays and objects are nested more than \(limit) levels deep; write the nested part as text"
        case .notObject: "not a JSON object"
        case .tooLong: "longer than 1 MiB"
        case .tooLongToSave: "longer than 1 MiB; only its first 64 KiB are saved"
        case .cellCount(let found, let expected):
            "\(found) \(found == 1 ? "cell" : "cells"), but the header row has \(expected)"
        case .brokenQuotes: "a quoted cell is not closed, or text follows its closing quote"
        case .headerLacks(let fields):
            Self.headerLacks(fields)
        case .headerRepeats(let field): "the header row contains \(field.rawValue) twice"
        case .carriageReturns:
            "lines end with CR only; convert them, for example with tr '\\r' '\\n'"
        case .pruned: "older than the prune limit"
        }
    }

    private static func missing(_ place: String) -> String { "\(place) is missing" }

    /// - Parameter fields: The required fields without a column. The status is one of them only if
    ///   no column says how the attempt ended.
    private static func headerLacks(_ fields: [RecordField]) -> String {
        let names = fields.filter { $0 != .status }.map(\.rawValue).joined(separator: ", ")
        let columns = names.isEmpty ? [] : ["no column for \(names)"]
        let outcome = fields.contains(.status) ? ["none for status, outcome or error"] : []
        return "the header row has " + (columns + outcome).joined(separator: ", and ")
    }

    private static func invalidValue(_ field: RecordField, _ value: String, at place: String)
        -> String
    {
        "\(place): \(value) is \(field.expectation)"
    }

    private static func lostDigits(_ value: String, at place: String) -> String {
        "\(place): \(value) was shortened by a spreadsheet and has lost digits; export the column as text"
    }

    private static func yearOutOfRange(_ value: String, at place: String) -> String {
        let digits = value.filter { $0 != "'" }
        let isTooFine = digits.count > 15 && digits.allSatisfy(\.isNumber)
        return "\(place): \(value) is outside the years 1970 to 9999"
            + (isTooFine ? "; write Unix time in seconds or milliseconds" : "")
    }

    private static func noOffset(_ value: String, at place: String) -> String {
        "\(place): \(value) has no time zone; add Z for UTC, or an offset such as +05:30"
    }

    private static func replaced(_ value: String, at place: String) -> String {
        "\(place): \(value) contains U+FFFD, which replaces half of a surrogate pair or another invalid "
            + "character, so that different IDs look the same; write the original characters"
    }
}

extension RecordField {
    /// The rule that a rejected value violates, phrased to follow "is".
    fileprivate var expectation: String {
        switch self {
        case .callbackID, .company, .profileID, .channel, .event, .method:
            "not a string of 1 to \(FieldValues.textLimit) bytes without control characters"
        case .finishedAt: "neither an RFC 3339 time nor a Unix time"
        case .attempt: "not a whole number from 1 to \(Int32.max)"
        case .outcome: "not one of delivered, failed, retrying"
        case .status: "not an HTTP status from 100 to 599"
        case .error, .url, .profileTitle: "not a string"
        case .durationMilliseconds: "not a number of milliseconds from 0 to a hundred years"
        }
    }
}

/// A rejected line, with its number.
package struct RejectedRecord: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line number, from 1. In CSV the line on which the record starts.
    package var line: Int
    /// The position in the list that contains the record, from 1. Many records can be on one line.
    package var number: Int?
    package var error: RecordError

    package init(line: Int, number: Int? = nil, error: RecordError) {
        self.line = line
        self.number = number
        self.error = error
    }

    init(_ record: RawRecord, _ error: RecordError) {
        self.init(line: record.line, number: record.number, error: error)
    }

    package var description: String {
        "line \(line)" + (number.map { ", record \($0)" } ?? "") + ": \(error)"
    }
}

/// A field of a record. The raw values are the names in NDJSON and in the CSV header row.
package enum RecordField: String, CaseIterable, CodingKey, Sendable {
    case callbackID = "callback_id"
    case company
    case finishedAt = "finished_at"
    case attempt
    case outcome
    case status
    case error
    case profileID = "profile_id"
    case channel
    case event
    case method
    case url
    case durationMilliseconds = "duration_ms"
    case profileTitle = "profile_title"

    /// Returns the field with a name, or `nil` for an unknown name.
    init?(utf8 name: UnsafeRawBufferPointer) {
        guard let field = Self.candidate(name) else { return nil }
        guard Self.names[field.index].withUnsafeBytes({ $0.sameBytes(as: name) }) else {
            return nil
        }
        self = field
    }

    /// Returns the only field that a name can be, judging by its length, first and last letter.
    private static func candidate(_ name: UnsafeRawBufferPointer) -> RecordField? {
        guard let first = name.first, let last = name.last else { return nil }
        switch (name.count, first, last) {
        case (11, UInt8(ascii: "c"), _): return .callbackID
        case (7, UInt8(ascii: "c"), UInt8(ascii: "y")): return .company
        case (11, UInt8(ascii: "f"), _): return .finishedAt
        case (7, UInt8(ascii: "a"), _): return .attempt
        case (7, UInt8(ascii: "o"), _): return .outcome
        case (6, UInt8(ascii: "s"), _): return .status
        case (5, UInt8(ascii: "e"), UInt8(ascii: "r")): return .error
        case (10, UInt8(ascii: "p"), _): return .profileID
        case (7, UInt8(ascii: "c"), UInt8(ascii: "l")): return .channel
        case (5, UInt8(ascii: "e"), UInt8(ascii: "t")): return .event
        case (6, UInt8(ascii: "m"), _): return .method
        case (3, UInt8(ascii: "u"), _): return .url
        case (11, UInt8(ascii: "d"), _): return .durationMilliseconds
        case (13, UInt8(ascii: "p"), _): return .profileTitle
        default: return nil
        }
    }

    /// The index among all fields, from 0.
    var index: Int {
        switch self {
        case .callbackID: 0
        case .company: 1
        case .finishedAt: 2
        case .attempt: 3
        case .outcome: 4
        case .status: 5
        case .error: 6
        case .profileID: 7
        case .channel: 8
        case .event: 9
        case .method: 10
        case .url: 11
        case .durationMilliseconds: 12
        case .profileTitle: 13
        }
    }

    /// The names by index.
    private static let names = allCases.map { Array($0.rawValue.utf8) }
}

extension UnsafeRawBufferPointer {
    /// Returns whether both buffers contain the same bytes.
    func sameBytes(as other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let left = baseAddress, let right = other.baseAddress else { return count == 0 }
        return memcmp(left, right, count) == 0
    }
}
