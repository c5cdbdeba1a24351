/// An encoded response: JSON on one line.
package struct WrittenEnvelope: Hashable, Sendable {
    /// The HTTP status code.
    package let status: Int
    package let bytes: [UInt8]

    package init(status: Int, _ bytes: [UInt8]) {
        (self.status, self.bytes) = (status, bytes)
    }
}
