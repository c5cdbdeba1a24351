/// SipHash by Aumasson and Bernstein, https://www.aumasson.jp/siphash/siphash.pdf. Without the key,
/// texts with equal hashes cannot be constructed.
///
/// Swift's `Hasher` is a SipHash too, but chooses another key in each process, and these hashes are
/// stored. One round a word and three at the end, SipHash-1-3, are what hash tables of Swift, Rust
/// and Python use.
struct SipHash: BitwiseCopyable {
    struct Key: Hashable, Sendable, BitwiseCopyable {
        var first: UInt64
        var second: UInt64
    }

    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64
    /// Of the words so far.
    private var bytes: UInt64 = 0
    private let roundsOfWord: Int
    private let roundsAtEnd: Int

    init(_ key: Key, roundsOfWord: Int = 1, roundsAtEnd: Int = 3) {
        v0 = key.first ^ 0x736f_6d65_7073_6575
        v1 = key.second ^ 0x646f_7261_6e64_6f6d
        v2 = key.first ^ 0x6c79_6765_6e65_7261
        v3 = key.second ^ 0x7465_6462_7974_6573
        self.roundsOfWord = roundsOfWord
        self.roundsAtEnd = roundsAtEnd
    }

    // Inlined all the way, so that the numbers of rounds are constants: it runs for each record.

    /// Takes in eight bytes, as a little-endian number.
    @inline(__always)
    mutating func add(_ word: UInt64) {
        bytes &+= 8
        mix(word)
    }

    /// Takes in the rest of the bytes.
    ///
    /// - Returns: the hash of all of them.
    @inline(__always)
    consuming func finish(with rest: UnsafeRawBufferPointer) -> UInt64 {
        var index = 0
        while index + 8 <= rest.count {
            add(UInt64(littleEndian: rest.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
            index += 8
        }
        mix((bytes &+ UInt64(rest.count - index)) << 56 | Self.word(of: rest, from: index))
        v2 ^= 0xFF
        for _ in 0..<roundsAtEnd { round() }
        return v0 ^ v1 ^ v2 ^ v3
    }

    /// The bytes from an index on, fewer than eight.
    @inline(__always)
    private static func word(of bytes: UnsafeRawBufferPointer, from index: Int) -> UInt64 {
        let count = bytes.count - index
        guard count > 0 else { return 0 }
        if bytes.count >= 8 {
            // The last eight bytes, without those before the index.
            let last = bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
            return UInt64(littleEndian: last) >> UInt64(8 * (8 - count))
        }
        return bytes[index...].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    @inline(__always)
    private mutating func mix(_ word: UInt64) {
        v3 ^= word
        for _ in 0..<roundsOfWord { round() }
        v0 ^= word
    }

    @inline(__always)
    private mutating func round() {
        v0 &+= v1
        v1 = Self.rotate(v1, 13) ^ v0
        v0 = Self.rotate(v0, 32)
        v2 &+= v3
        v3 = Self.rotate(v3, 16) ^ v2
        v0 &+= v3
        v3 = Self.rotate(v3, 21) ^ v0
        v2 &+= v1
        v1 = Self.rotate(v1, 17) ^ v2
        v2 = Self.rotate(v2, 32)
    }

    @inline(__always)
    private static func rotate(_ word: UInt64, _ bits: UInt64) -> UInt64 {
        word << bits | word >> (64 - bits)
    }
}
