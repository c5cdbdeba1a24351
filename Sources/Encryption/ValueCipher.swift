import FoundationEssentials
package import Secrets

/// Encrypts single values with an owner's algorithm, key and IV.
///
/// The result is base64 of the ciphertext, for GCM of ciphertext and tag. A random IV stands before
/// the ciphertext, 12 bytes for GCM and 16 for CFB.
package struct ValueCipher: Equatable, Sendable {
    package enum IV: Equatable, Sendable {
        /// 16 bytes, the same for every value: for GCM that repeats the nonce.
        case fixed(Secret)
        /// Made anew for each value.
        case random
    }

    package static let fixedIVLength = 16

    package let algorithm: CipherAlgorithm
    package let key: Secret
    package let iv: IV

    /// Key and IV are the characters' own bytes.
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

    /// Whether each value is encrypted with the same nonce, which GCM is not safe with.
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
