/// A running 64-bit FNV-1a hash (RFC 9923).
///
/// It distinguishes files that were not made equal on purpose, and stores nothing of their content.
struct ContentHash: Hashable, Sendable {
    private(set) var value: UInt64

    init() {
        value = 0xCBF2_9CE4_8422_2325
    }

    init(of bytes: some Sequence<UInt8>) {
        self.init()
        for byte in bytes { add(byte) }
    }

    /// Continues from a stored value.
    init(stored: Int64) {
        value = UInt64(bitPattern: stored)
    }

    var stored: Int64 { Int64(bitPattern: value) }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { add(byte) }
    }

    private mutating func add(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
}
