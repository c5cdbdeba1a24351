internal import CCrypto
import FileOwners
import Glibc
import TextSupport

/// The key file of a ``SecretBox``, which contains 64 hexadecimal digits on one line.
package struct SecretKeyFile: Sendable {
    /// The absolute path.
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// Reads the key.
    ///
    /// - Throws: ``SecretKeyError``, including `missing`.
    package func box() throws(SecretKeyError) -> SecretBox {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT ? .missing(path) : .unreadable(path, code: errno)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(path, code: errno) }
        guard status.st_mode & S_IRWXO == 0 else { throw .open(path) }
        guard let key = Self.key(try text(of: descriptor)) else { throw .malformed(path) }
        return SecretBox(key: key)
    }

    /// Creates the file with a new key and mode 600, unless it already exists.
    package func createIfMissing() throws(SecretKeyError) {
        guard access(path, F_OK) != 0 else { return }
        let digits = RandomBytes.make(SecretBox.keyLength).hexadecimal
        let temporary = "\(path).\(UInt64.random(in: 0...UInt64.max)).partial"
        defer { unlink(temporary) }
        try write(Array("\(digits)\n".utf8), to: temporary)
        // Creating a link fails if the file exists, so the first of two concurrent programs wins.
        guard link(temporary, path) == 0 || errno == EEXIST else {
            throw .unwritable(path, code: errno)
        }
        try syncDirectory()
    }

    private func write(_ bytes: [UInt8], to file: String) throws(SecretKeyError) {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unwritable(path, code: errno) }
        defer { close(descriptor) }
        let count = Glibc.write(descriptor, bytes, bytes.count)
        guard count == bytes.count, fsync(descriptor) == 0 else {
            throw .unwritable(path, code: count < 0 ? errno : ENOSPC)
        }
    }

    /// Secrets are about to be encrypted with the key, so the file name must survive a power
    /// failure as well.
    private func syncDirectory() throws(SecretKeyError) {
        let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unwritable(path, code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .unwritable(path, code: errno) }
    }

    private func text(of descriptor: Int32) throws(SecretKeyError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 128)
        let count = read(descriptor, &buffer, buffer.count)
        guard count >= 0 else { throw .unreadable(path, code: errno) }
        return Array(buffer.prefix(count))
    }

    private static func key(_ text: [UInt8]) -> [UInt8]? {
        let digits = text.last == UInt8(ascii: "\n") ? text.dropLast() : text[...]
        let values = digits.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard values.count == digits.count, values.count == 2 * SecretBox.keyLength else {
            return nil
        }
        return stride(from: 0, to: values.count, by: 2).map {
            UInt8(values[$0] << 4 | values[$0 + 1])
        }
    }
}

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

/// Encrypts secrets for storage, with AES-256-GCM and a new nonce each time.
///
///     let box = try SecretKeyFile(path: "/etc/gateway.key").box()
///     let sealed = try box.seal(Array("secret".utf8), place: "profile 1")
///     let secret = try box.open(sealed, place: "profile 1")
package struct SecretBox: Sendable {
    private static let nonceLength = 12
    static let keyLength = 32

    private let key: [UInt8]

    /// Creates a box. The key must have 32 bytes.
    init(key: [UInt8]) {
        precondition(key.count == Self.keyLength, "the key must have 32 bytes")
        self.key = key
    }

    /// Returns a box with a random key that is not stored. Its output cannot be decrypted later.
    package static func ephemeral() -> SecretBox { SecretBox(key: RandomBytes.make(keyLength)) }

    /// Encrypts a secret. Returns the nonce, the ciphertext and the tag.
    ///
    /// - Parameters:
    ///   - secret: The data to encrypt.
    ///   - place: Where the output will be stored. It can only be decrypted with the same place,
    ///     so it cannot be moved to another row.
    package func seal(_ secret: [UInt8], place: String) throws(CipherError) -> [UInt8] {
        let nonce = RandomBytes.make(Self.nonceLength)
        return try nonce + cipher(nonce).encrypt(secret, context: Array(place.utf8))
    }

    /// Returns the nonce, which differs each time that the same secret is encrypted.
    package static func nonce(of closed: [UInt8]) -> ArraySlice<UInt8> {
        closed.prefix(nonceLength)
    }

    /// Decrypts the output of ``seal(_:place:)`` with the same key and place.
    ///
    /// - Throws: `notAuthentic` if the data was changed, or if the key or place is another one.
    package func open(_ closed: [UInt8], place: String) throws(CipherError) -> [UInt8] {
        let nonce = Array(Self.nonce(of: closed))
        guard nonce.count == Self.nonceLength else { throw .notAuthentic }
        let sealed = Array(closed.dropFirst(Self.nonceLength))
        return try cipher(nonce).decrypt(sealed, context: Array(place.utf8))
    }

    private func cipher(_ nonce: [UInt8]) -> AES {
        AES(algorithm: .aes256GCM, key: key, iv: nonce)
    }
}

/// An error with the key file for the secrets in the database. The message contains the file and
/// the remedy.
package enum SecretKeyError: Error, Hashable, Sendable {
    case missing(String)
    case unreadable(String, code: Int32)
    case unwritable(String, code: Int32)
    /// Every user of the machine can read or write the file.
    case open(String)
    /// The file does not contain 64 hexadecimal digits.
    case malformed(String)
    /// The secrets in the database were encrypted with another key.
    case wrong(String)
}

extension SecretKeyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let path):
            "\(path): the encryption key for the database's secrets is missing; "
                + "restore it from a backup"
        case .unreadable(let path, let code):
            "\(path): the encryption key for the database's secrets cannot be read: "
                + Self.reason(code, at: path)
        case .unwritable(let path, let code):
            "\(path): cannot create the encryption key for the database's secrets: "
                + Self.reason(code, at: path)
        case .open(let path):
            "\(path): every user can read or change this key; run 'chmod 600 \(path)'"
        case .malformed(let path):
            "\(path): not a key of 64 hexadecimal digits; restore it from a backup"
        case .wrong(let path):
            "\(path): the secrets in the database were encrypted with another key; "
                + "restore the original key from a backup"
        }
    }

    private static func reason(_ code: Int32, at path: String) -> String {
        String(cString: strerror(code)) + FileOwner.remedy(at: path, code: code)
    }
}
