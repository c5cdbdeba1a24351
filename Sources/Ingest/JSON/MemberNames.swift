/// The names of an object's members, with all that stands around them, as lines before had them.
///
/// A program writes its lines alike: to compare with the line before is quicker than to read.
struct MemberNames {
    private struct Member {
        /// From the brace or the comma before it up to its value.
        var text: [UInt8]
        /// Nil for a name that records do not have.
        var field: RecordField?
    }

    private var members: [Member] = []

    /// The bytes and the field of a member's name where it is the same as before; nil where it
    /// is not.
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
        } else if number < Self.most {
            members.append(member)
        }
    }

    /// Of a line with very many members the others are just read.
    private static let most = 64
}
