internal import CCrypto
import FoundationEssentials
package import TextSupport

/// The OpenSSL context of an encryption or decryption. It is freed on deinitialization.
struct CipherContext: ~Copyable {
    private let pointer: OpaquePointer

    /// Creates an initialized context.
    static func begin(_ cipher: AES, encrypts: Bool) throws(CipherError) -> CipherContext {
        guard let pointer = EVP_CIPHER_CTX_new() else { throw .library }
        let context = CipherContext(pointer)
        try context.set(cipher, direction: encrypts ? 1 : 0)
        return context
    }

    private init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    private func set(_ cipher: AES, direction: Int32) throws(CipherError) {
        try Self.check(
            EVP_CipherInit_ex(pointer, cipher.algorithm.evp, nil, nil, nil, direction))
        // The length must be set before the IV.
        if cipher.algorithm.isAuthenticated {
            try Self.check(callback_gcm_set_iv_length(pointer, Int32(cipher.iv.count)))
        }
        try Self.check(EVP_CipherInit_ex(pointer, nil, nil, cipher.key, cipher.iv, direction))
    }

    deinit {
        EVP_CIPHER_CTX_free(pointer)
    }

    /// Adds authenticated data that is not encrypted.
    func authenticate(_ bytes: [UInt8]) throws(CipherError) {
        guard !bytes.isEmpty else { return }
        var count: Int32 = 0
        try Self.check(EVP_CipherUpdate(pointer, nil, &count, bytes, Int32(bytes.count)))
    }

    /// Encrypts or decrypts bytes. Both modes return as many bytes as they receive.
    func update(_ bytes: [UInt8]) throws(CipherError) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        var output = [UInt8](repeating: 0, count: bytes.count)
        var count: Int32 = 0
        try Self.check(EVP_CipherUpdate(pointer, &output, &count, bytes, Int32(bytes.count)))
        return output
    }

    /// Finishes the operation. Returns false if the tag does not match.
    func finish() -> Bool {
        var rest = [UInt8](repeating: 0, count: Int(EVP_MAX_BLOCK_LENGTH))
        var count: Int32 = 0
        return EVP_CipherFinal_ex(pointer, &rest, &count) == 1
    }

    func tag() throws(CipherError) -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: AES.tagLength)
        try Self.check(callback_gcm_get_tag(pointer, &tag, Int32(tag.count)))
        return tag
    }

    func expect(tag: [UInt8]) throws(CipherError) {
        try Self.check(callback_gcm_set_tag(pointer, tag, Int32(tag.count)))
    }

    private static func check(_ result: Int32) throws(CipherError) {
        guard result == 1 else { throw .library }
    }
}

extension CipherAlgorithm {
    fileprivate var evp: OpaquePointer? {
        switch self {
        case .aes128CFB: EVP_aes_128_cfb128()
        case .aes128GCM: EVP_aes_128_gcm()
        case .aes192CFB: EVP_aes_192_cfb128()
        case .aes192GCM: EVP_aes_192_gcm()
        case .aes256CFB: EVP_aes_256_cfb128()
        case .aes256GCM: EVP_aes_256_gcm()
        }
    }
}

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
    ///   - plaintext: The data to encrypt.
    ///   - context: Additional authenticated data, which is needed again for decryption. GCM
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
