internal import CCrypto

/// SHA-256 and the code made of it, by OpenSSL.
package enum Digests {
    package static func sha256(_ message: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        let isDone = EVP_Digest(message, message.count, &digest, nil, sha256, nil) == 1
        // Zeros would open what another message with zeros had closed.
        precondition(isDone, "libcrypto has no memory for a digest")
        return digest
    }

    /// Looked up once, which takes as long as a digest. Unsafe by its type alone: nobody changes
    /// it.
    private nonisolated(unsafe) static let sha256 =
        EVP_MD_fetch(nil, "SHA256", nil) ?? EVP_sha256()

    /// HMAC-SHA256, https://www.rfc-editor.org/rfc/rfc2104.
    package static func hmacSHA256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, nil)
        return code
    }
}
