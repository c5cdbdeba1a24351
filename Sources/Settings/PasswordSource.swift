import Glibc
package import TextSupport

/// The location of the mail server's password. The password is never in the configuration itself.
package enum PasswordSource: Hashable, Sendable {
    /// A file with an absolute path.
    case file(String)
    /// An environment variable.
    case environment(String)
}

/// An error that occurred while reading a password. It never contains any part of the password.
package enum PasswordError: Error, Hashable, Sendable {
    case unreadable(path: String, reason: String)
    case unset(variable: String)
    /// The password is empty, is not UTF-8, or has several lines.
    case unusable(PasswordSource)
}

extension PasswordError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "password file \(quoted(path)) cannot be read: \(reason)"
        case .unset(let variable):
            "the environment variable \(quoted(variable)) for the mail server's password "
                + "is not set"
        case .unusable(let source):
            "\(source) must contain the password on a single line"
        }
    }
}

extension PasswordSource: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let path): "password file \(quoted(path))"
        case .environment(let name): "environment variable \(quoted(name))"
        }
    }
}

extension PasswordSource {
    /// Reads the password. One trailing line break is removed.
    package func password(environment: [String: String]) throws(PasswordError) -> Secret {
        var text = try text(environment: environment)
        if text.last?.isNewline == true { text.removeLast() }
        let isLine = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard !text.isEmpty, isLine else { throw .unusable(self) }
        return Secret(text)
    }

    private func text(environment: [String: String]) throws(PasswordError) -> String {
        switch self {
        case .environment(let name):
            guard let value = environment[name] else { throw .unset(variable: name) }
            return value
        case .file(let path):
            guard let text = String(validating: try Self.bytes(of: path), as: UTF8.self) else {
                throw .unusable(self)
            }
            // Some editors write a byte order mark.
            return text.unicodeScalars.first == "\u{FEFF}"
                ? String(text.unicodeScalars.dropFirst()) : text
        }
    }

    private static func bytes(of path: String) throws(PasswordError) -> [UInt8] {
        do throws(FileReadError) {
            return try Settings.bytes(ofFile: path, limit: 4096)
        } catch {
            throw .unreadable(path: path, reason: error.reason)
        }
    }

    /// Whether every user of the machine can read the password file. `check` warns about it.
    package var isReadableByEveryone: Bool {
        guard case .file(let path) = self else { return false }
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IROTH != 0
    }
}
