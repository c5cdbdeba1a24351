import FileOwners
import Glibc

/// Why there is no key for the secrets in the database, with the file and the remedy.
package enum SecretKeyError: Error, Hashable, Sendable {
    case missing(String)
    case unreadable(String, code: Int32)
    case unwritable(String, code: Int32)
    /// Everybody on the machine may read or write it.
    case open(String)
    /// It does not hold 64 hexadecimal digits.
    case malformed(String)
    /// The database was filled with another key.
    case wrong(String)
}

extension SecretKeyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let path):
            "\(path): the key of the secrets in the database is missing; restore it from a backup"
        case .unreadable(let path, let code):
            "\(path): the key of the secrets in the database cannot be read: "
                + Self.reason(code, at: path)
        case .unwritable(let path, let code):
            "\(path): cannot make the key of the secrets in the database: "
                + Self.reason(code, at: path)
        case .open(let path):
            "\(path): every user may read or change this key; run 'chmod 600 \(path)'"
        case .malformed(let path):
            "\(path): this is no key, which is 64 hexadecimal digits; restore it from a backup"
        case .wrong(let path):
            "\(path): the secrets in the database were closed with another key; "
                + "restore it from a backup"
        }
    }

    private static func reason(_ code: Int32, at path: String) -> String {
        String(cString: strerror(code)) + FileOwner.remedy(at: path, code: code)
    }
}
