/// A running 64-bit FNV-1a hash (RFC 9923).
///
/// It distinguishes files that were not made equal on purpose, and stores nothing of their content.
package struct ContentHash: Hashable, Sendable {
    package private(set) var value: UInt64

    package init() {
        value = 0xCBF2_9CE4_8422_2325
    }

    package init(of bytes: [UInt8]) {
        self.init(of: bytes[...])
    }

    package init(of bytes: ArraySlice<UInt8>) {
        self.init()
        bytes.withUnsafeBytes { add($0) }
    }

    /// Continues from a stored value.
    package init(stored: Int64) {
        value = UInt64(bitPattern: stored)
    }

    package var stored: Int64 { Int64(bitPattern: value) }

    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { add(byte) }
    }

    private mutating func add(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
}
