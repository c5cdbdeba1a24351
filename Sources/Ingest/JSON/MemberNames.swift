import DeliveryLog
import JSON

/// The member names of earlier lines, with the punctuation around them.
///
/// A program writes similar lines, and comparing with the previous line is faster than parsing.
struct MemberNames {
    private struct Member {
        /// The bytes from the brace or comma before the name up to the value.
        var text: [UInt8]
        /// The field, or `nil` for an unknown name.
        var field: RecordField?
    }

    private var members: [Member] = []

    /// Returns the length and the field of a member's name if it equals the previous one, or `nil`.
    func name(
        _ number: Int, in line: UnsafeRawBufferPointer, from start: Int
    ) -> (size: Int, field: RecordField?)? {
        guard number < members.count else { return nil }
        let size = members[number].text.count
        guard start + size < line.count else { return nil }
        let found = UnsafeRawBufferPointer(rebasing: line[start..<start + size])
        let isSame = members[number].text.withUnsafeBytes { $0.sameBytes(as: found) }
        return isSame ? (size, members[number].field) : nil
    }

    mutating func learn(
        _ number: Int, _ text: Slice<UnsafeRawBufferPointer>, of field: RecordField?
    ) {
        let member = Member(text: Array(text), field: field)
        if number < members.count {
            members[number] = member
        } else if number < Self.maxCount {
            members.append(member)
        }
    }

    /// The maximum number of members to remember. Further members are parsed as usual.
    private static let maxCount = 64
}
