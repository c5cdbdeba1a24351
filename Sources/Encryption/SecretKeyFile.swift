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
