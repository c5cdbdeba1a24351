/// A key or IV that does not fit, or ciphertext that cannot be opened; never with either's value.
package enum CipherError: Error, Hashable, Sendable {
    /// In bytes.
    case keyLength(CipherAlgorithm, expected: Int, found: Int)
    case ivLength(expected: Int, found: Int)
    /// The ciphertext was changed, or another key or IV belongs to it.
    case notAuthentic
    /// OpenSSL refused a call that is right, as it does when memory has run out.
    case library
}

extension CipherError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .keyLength(let algorithm, let expected, let found):
            "a key of \(algorithm.rawValue) has \(expected) bytes, this one has \(found)"
        case .ivLength(let expected, let found):
            "the IV has \(found) bytes; it needs \(expected), or give \"random\""
        case .notAuthentic: "it was changed, or closed with another key"
        case .library: "OpenSSL refused to work"
        }
    }
}
