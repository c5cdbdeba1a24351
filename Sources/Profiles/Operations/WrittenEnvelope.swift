/// An envelope as it is sent: JSON in one line.
package struct WrittenEnvelope: Hashable, Sendable {
    /// As in HTTP.
    package let status: Int
    package let bytes: [UInt8]

    package init(_ envelope: Envelope) {
        (status, bytes) = (envelope.status, envelope.json.compactBytes)
    }
}
