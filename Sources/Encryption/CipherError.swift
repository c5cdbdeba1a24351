/// An error of encryption or decryption. It never contains a key, an IV or data.
package enum CipherError: Error, Hashable, Sendable {
    /// The key has the wrong length. Lengths are in bytes.
    case keyLength(CipherAlgorithm, expected: Int, found: Int)
    case ivLength(expected: Int, found: Int)
    /// The ciphertext was changed, or the key or IV is wrong.
    case notAuthentic
    /// OpenSSL failed although the call is correct, for example because memory ran out.
    case library
}

extension CipherError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .keyLength(let algorithm, let expected, let found):
            "a key for \(algorithm.rawValue) must have \(expected) bytes, but this one has \(found)"
        case .ivLength(let expected, let found):
            "the IV has \(found) bytes; it must have \(expected) bytes or be \"random\""
        case .notAuthentic: "the data was changed or encrypted with another key"
        case .library: "OpenSSL failed"
        }
    }
}
