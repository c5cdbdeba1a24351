import Glibc

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
