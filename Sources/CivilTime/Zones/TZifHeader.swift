/// The header of a TZif file or of its second part (RFC 9636 section 3.1).
struct TZifHeader {
    static let size = 44

    /// 0 for version 1, otherwise an ASCII digit.
    let version: UInt8
    let utIndicators: Int
    let standardIndicators: Int
    let leapSeconds: Int
    let transitions: Int
    let types: Int
    let abbreviationBytes: Int

    init(_ cursor: inout ByteCursor<[UInt8]>) throws(TZifError) {
        guard cursor.remaining >= Self.size else {
            throw .truncated(missingBytes: Self.size - cursor.remaining)
        }
        // The guard above ensures that this never returns the default.
        func next() -> Int { Int(cursor.integer(UInt32.self) ?? 0) }
        guard next() == 0x545A_6966 else { throw .notTZif }
        version = cursor.next ?? 0
        cursor.skip(16)
        utIndicators = next()
        standardIndicators = next()
        leapSeconds = next()
        transitions = next()
        types = next()
        abbreviationBytes = next()
        guard version == 0 || version >= UInt8(ascii: "2") else {
            throw .unknownVersion(version)
        }
    }

    /// Returns the size of the data block. Times have 4 bytes in the first part and 8 bytes in the
    /// second.
    func dataSize(timeSize: Int) -> Int {
        transitions * (timeSize + 1) + types * 6 + abbreviationBytes
            + leapSeconds * (timeSize + 4) + standardIndicators + utIndicators
    }

    /// Throws if the counts are invalid.
    func check() throws(TZifError) {
        guard leapSeconds == 0 else { throw .leapSeconds }
        guard (1...256).contains(types) else { throw .wrongCount(field: "typecnt", count: types) }
        guard abbreviationBytes > 0 else { throw .wrongCount(field: "charcnt", count: 0) }
        guard utIndicators == 0 || utIndicators == types else {
            throw .wrongCount(field: "isutcnt", count: utIndicators)
        }
        guard standardIndicators == 0 || standardIndicators == types else {
            throw .wrongCount(field: "isstdcnt", count: standardIndicators)
        }
    }
}
