/// An encoded envelope: JSON on one line.
package struct WrittenEnvelope: Hashable, Sendable {
    /// The HTTP status code.
    package let status: Int
    package let bytes: [UInt8]

    package init(_ envelope: Envelope) {
        (status, bytes) = (envelope.status, envelope.json.compactBytes)
    }
}
