/// The hash of a callback in ``CallbackIndex``. It is stored.
///
/// MurmurHash64A by Austin Appleby, with the company as its seed. Hashes of different callbacks may
/// collide, so callers must compare the IDs.
enum CallbackHash {
    private static let multiplier: UInt64 = 0xc6a4_a793_5bd1_e995

    static func of(_ callbackID: String, company: Int64) -> UInt64 {
        var id = callbackID
        return id.withUTF8 { of(UnsafeRawBufferPointer($0), seed: UInt64(bitPattern: company)) }
    }

    static func of(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
        var hash = seed ^ (UInt64(bytes.count) &* multiplier)
        var index = 0
        while index + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            hash = (hash ^ mixed(UInt64(littleEndian: word))) &* multiplier
            index += 8
        }
        if index < bytes.count {
            for (shift, byte) in bytes[index...].enumerated() {
                hash ^= UInt64(byte) << UInt64(8 * shift)
            }
            hash = hash &* multiplier
        }
        hash = (hash ^ (hash >> 47)) &* multiplier
        return hash ^ (hash >> 47)
    }

    private static func mixed(_ word: UInt64) -> UInt64 {
        let product = word &* multiplier
        return (product ^ (product >> 47)) &* multiplier
    }
}
