import FileOwners
import Glibc

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
