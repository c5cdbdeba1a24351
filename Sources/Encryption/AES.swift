internal import CCrypto

/// AES on bytes through OpenSSL's EVP interface; key and IV must have their lengths.
///
/// CFB is the mode with 128 bits of feedback. https://docs.openssl.org/3.0/man3/EVP_EncryptInit/
struct AES {
    static let tagLength = 16

    let algorithm: CipherAlgorithm
    let key: [UInt8]
    let iv: [UInt8]

    /// The ciphertext; for GCM the tag follows it.
    ///
    /// - Parameter context: authenticated with it, and needed again to decrypt; GCM only.
    func encrypt(
        _ plaintext: [UInt8], context: [UInt8] = []
    ) throws(CipherError) -> [UInt8] {
        let cipher = try CipherContext.begin(self, encrypts: true)
        try cipher.authenticate(context)
        let ciphertext = try cipher.update(plaintext)
        guard cipher.finish() else { throw .library }
        return try algorithm.isAuthenticated ? ciphertext + cipher.tag() : ciphertext
    }

    /// What `encrypt` was given.
    ///
    /// - Throws: `notAuthentic` when the tag of GCM does not fit; CFB cannot tell.
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
