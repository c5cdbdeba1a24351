import TextSupport

/// A text that is built from a template and its values, with a size limit.
///
/// Values are repeated for each of their placeholders, so a small template and a small event could
/// produce gigabytes. Nothing is appended once the limit is reached; ``isTooLong`` is then true.
package struct FilledText {
    package private(set) var bytes: [UInt8] = []
    /// Whether the complete text would exceed the limit.
    package private(set) var isTooLong = false
    private let limit: Int

    package init(limit: Int) {
        self.limit = limit
    }

    /// The number of bytes that can still be appended.
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

    /// Appends an escaped value.
    mutating func append(_ value: String, _ escaping: Escaping) {
        // Escaping never makes a value shorter, so the check limits the work in advance.
        guard hasRoom(for: value.utf8.count) else { return }
        escaping.write(value, to: &bytes)
        _ = hasRoom(for: 0)
    }

    /// Appends another text, percent-encoded.
    package mutating func append(encoding other: FilledText) {
        guard !other.isTooLong, hasRoom(for: other.bytes.count) else {
            isTooLong = true
            return
        }
        PercentEncoding.write(other.bytes, to: &bytes) { $0.isUnreserved }
        _ = hasRoom(for: 0)
    }

    /// Appends another text.
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
