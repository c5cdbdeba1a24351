import FoundationEssentials
package import TextSupport

/// Encrypts individual values with an algorithm, a key and an IV that the customer chooses.
///
/// The result is the ciphertext in base64, including the tag for GCM. A random IV precedes the
/// ciphertext, with 12 bytes for GCM and 16 for CFB.
package struct ValueCipher: Equatable, Sendable {
    package enum IV: Equatable, Sendable {
        /// The same 16 bytes for every value. For GCM, this reuses the nonce.
        case fixed(Secret)
        /// A new random IV for each value.
        case random
    }

    package static let fixedIVLength = 16

    package let algorithm: CipherAlgorithm
    package let key: Secret
    package let iv: IV

    /// Creates a cipher. The key and the IV are the bytes of the characters.
    ///
    /// - Throws: `keyLength` or `ivLength`.
    package init(_ algorithm: CipherAlgorithm, key: Secret, iv: IV) throws(CipherError) {
        (self.algorithm, self.key, self.iv) = (algorithm, key, iv)
        let length = key.reveal().utf8.count
        guard length == algorithm.keyLength else {
            throw .keyLength(algorithm, expected: algorithm.keyLength, found: length)
        }
        guard case .fixed(let iv) = iv else { return }
        let count = iv.reveal().utf8.count
        guard count == Self.fixedIVLength else {
            throw .ivLength(expected: Self.fixedIVLength, found: count)
        }
    }

    /// Whether all values are encrypted with the same nonce, which is insecure with GCM.
    package var repeatsNonce: Bool { algorithm.isAuthenticated && iv != .random }

    package func encrypt(_ value: String) throws(CipherError) -> String {
        let iv = ivBytes()
        let cipher = AES(algorithm: algorithm, key: Array(key.reveal().utf8), iv: iv)
        let sealed = try cipher.encrypt(Array(value.utf8))
        return Data(self.iv == .random ? iv + sealed : sealed).base64EncodedString()
    }

    private func ivBytes() -> [UInt8] {
        switch iv {
        case .fixed(let iv): Array(iv.reveal().utf8)
        case .random: RandomBytes.make(algorithm.isAuthenticated ? 12 : 16)
        }
    }
}

/// The algorithms that can encrypt the values of a profile.
package enum CipherAlgorithm: String, CaseIterable, Sendable {
    case aes128CFB = "AES-128-CFB"
    case aes128GCM = "AES-128-GCM"
    case aes192CFB = "AES-192-CFB"
    case aes192GCM = "AES-192-GCM"
    case aes256CFB = "AES-256-CFB"
    case aes256GCM = "AES-256-GCM"

    /// The key length in bytes. The characters of the key are used as bytes.
    package var keyLength: Int {
        switch self {
        case .aes128CFB, .aes128GCM: 16
        case .aes192CFB, .aes192GCM: 24
        case .aes256CFB, .aes256GCM: 32
        }
    }

    /// Whether the ciphertext is followed by a tag of 16 bytes.
    package var isAuthenticated: Bool {
        switch self {
        case .aes128CFB, .aes192CFB, .aes256CFB: false
        case .aes128GCM, .aes192GCM, .aes256GCM: true
        }
    }
}

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
