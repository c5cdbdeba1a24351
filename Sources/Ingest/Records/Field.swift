import Glibc

/// A field of a record; the raw values are the names in NDJSON and in CSV's header row.
package enum Field: String, CaseIterable, CodingKey, Sendable {
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

    /// The field of that name; nil for one that records do not have.
    init?(utf8 name: UnsafeRawBufferPointer) {
        for known in Self.names where known.utf8.count == name.count {
            guard known.utf8.withUnsafeBytes({ $0.sameBytes(as: name) }) else { continue }
            self = known.field
            return
        }
        return nil
    }

    /// Place among all fields, from 0.
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
        }
    }

    private static let names = allCases.map { (field: $0, utf8: Array($0.rawValue.utf8)) }
}

extension UnsafeRawBufferPointer {
    /// Whether both hold the same bytes.
    func sameBytes(as other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let left = baseAddress, let right = other.baseAddress else { return count == 0 }
        return memcmp(left, right, count) == 0
    }
}
