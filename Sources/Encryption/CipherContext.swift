internal import CCrypto

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
