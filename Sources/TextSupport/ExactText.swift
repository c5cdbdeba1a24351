import Glibc

/// A text that equals another one only if both have the same UTF-8 bytes.
///
/// Two strings with different bytes are equal in Swift if Unicode calls them canonically
/// equivalent, such as "é" as one scalar and as two, or "K" and the Kelvin sign. SQLite, JSON and
/// the receivers of callbacks compare bytes, so texts from outside need this type as keys.
///
///     var seen: Set<ExactText> = []
///     seen.insert(ExactText(callbackID))
package struct ExactText: Hashable, Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package static func == (left: ExactText, right: ExactText) -> Bool {
        left.text.isExactly(right.text)
    }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        // Marks the end, so that two texts in a row have another hash than two others.
        hasher.combine(UInt8.max)
    }
}

extension String {
    /// Returns whether two texts have the same UTF-8 bytes.
    package func isExactly(_ other: String) -> Bool {
        // Most different texts have different lengths.
        guard utf8.count == other.utf8.count else { return false }
        var (left, right) = (self, other)
        return left.withUTF8 { left in
            right.withUTF8 { right in
                guard let start = left.baseAddress, let other = right.baseAddress else {
                    return left.isEmpty
                }
                return memcmp(start, other, left.count) == 0
            }
        }
    }
}

extension String? {
    /// Returns whether two texts have the same UTF-8 bytes, or neither exists.
    package func isExactly(_ other: String?) -> Bool {
        guard let self, let other else { return self == nil && other == nil }
        return self.isExactly(other)
    }
}
