/// A text that is made of a template and its values, up to a limit of bytes.
///
/// Values repeat as often as their placeholders, so that a small template and a small event can ask
/// for gigabytes. Nothing is added once the limit is reached; ``isTooLong`` says so.
package struct FilledText {
    package private(set) var bytes: [UInt8] = []
    /// Whether the whole text would be longer than the limit.
    package private(set) var isTooLong = false
    private let limit: Int

    package init(limit: Int) {
        self.limit = limit
    }

    /// How many bytes can still be added.
    package var room: Int { isTooLong ? 0 : limit - bytes.count }

    package var string: String { String(decoding: bytes, as: UTF8.self) }

    package mutating func append(_ text: String) {
        guard hasRoom(for: text.utf8.count) else { return }
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ other: some Collection<UInt8>) {
        guard hasRoom(for: other.count) else { return }
        bytes.append(contentsOf: other)
    }

    mutating func append(_ byte: UInt8) {
        guard hasRoom(for: 1) else { return }
        bytes.append(byte)
    }

    /// Appends a value the way its place needs it.
    mutating func append(_ value: String, _ escaping: Escaping) {
        // No escape makes a value shorter, so that the work is bounded before it begins.
        guard hasRoom(for: value.utf8.count) else { return }
        escaping.write(value, to: &bytes)
        _ = hasRoom(for: 0)
    }

    /// Appends a text that was filled by itself, percent-encoded.
    package mutating func append(encoding other: FilledText) {
        guard !other.isTooLong, hasRoom(for: other.bytes.count) else {
            isTooLong = true
            return
        }
        PercentEncoding.write(other.bytes, to: &bytes) { $0.isUnreserved }
        _ = hasRoom(for: 0)
    }

    /// Appends a text that was filled by itself.
    package mutating func append(_ other: FilledText) {
        guard !other.isTooLong else {
            isTooLong = true
            return
        }
        append(other.bytes)
    }

    private mutating func hasRoom(for count: Int) -> Bool {
        if bytes.count + count > limit { isTooLong = true }
        return !isTooLong
    }
}
