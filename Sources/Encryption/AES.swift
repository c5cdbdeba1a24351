internal import CCrypto

/// AES encryption through OpenSSL's EVP interface. The key and the IV must have the correct
/// lengths.
///
/// CFB uses 128 bits of feedback. See https://docs.openssl.org/3.0/man3/EVP_EncryptInit/.
struct AES {
    static let tagLength = 16

    let algorithm: CipherAlgorithm
    let key: [UInt8]
    let iv: [UInt8]

    /// Returns the ciphertext. For GCM, the tag follows it.
    ///
    /// - Parameters:
    ///   - plaintext: the data to encrypt.
    ///   - context: additional authenticated data, which is needed again for decryption. GCM
    ///     only.
    func encrypt(
        _ plaintext: [UInt8], context: [UInt8] = []
    ) throws(CipherError) -> [UInt8] {
        let cipher = try CipherContext.begin(self, encrypts: true)
        try cipher.authenticate(context)
        let ciphertext = try cipher.update(plaintext)
        guard cipher.finish() else { throw .library }
        return try algorithm.isAuthenticated ? ciphertext + cipher.tag() : ciphertext
    }

    /// Returns the plaintext.
    ///
    /// - Throws: `notAuthentic` if the GCM tag does not match. CFB cannot detect changes.
    func decrypt(
        _ sealed: [UInt8], context: [UInt8] = []
    ) throws(CipherError) -> [UInt8] {
        let tagLength = algorithm.isAuthenticated ? Self.tagLength : 0
        guard sealed.count >= tagLength else { throw .notAuthentic }
        let cipher = try CipherContext.begin(self, encrypts: false)
        try cipher.authenticate(context)
        let plaintext = try cipher.update(Array(sealed.dropLast(tagLength)))
        if tagLength > 0 { try cipher.expect(tag: Array(sealed.suffix(tagLength))) }
        guard cipher.finish() else { throw .notAuthentic }
        return plaintext
    }
}
