internal import CCrypto

/// SHA-256 and HMAC-SHA256 with OpenSSL.
package enum Digests {
    package static func sha256(_ message: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        let isDone = EVP_Digest(message, message.count, &digest, nil, sha256, nil) == 1
        // A digest of zeros would be valid for other messages whose digest failed as well.
        precondition(isDone, "libcrypto has no memory for a digest")
        return digest
    }

    /// Fetched once, because fetching takes as long as a digest. The pointer is marked unsafe only
    /// because of its type; it never changes.
    private nonisolated(unsafe) static let sha256 =
        EVP_MD_fetch(nil, "SHA256", nil) ?? EVP_sha256()

    /// Returns the HMAC-SHA256. See https://www.rfc-editor.org/rfc/rfc2104.
    package static func hmacSHA256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, nil)
        return code
    }
}

/// Cryptographically secure random bytes from the kernel.
package enum RandomBytes {
    package static func make(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}
