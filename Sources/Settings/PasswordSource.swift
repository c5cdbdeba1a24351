import Glibc
package import Secrets

/// Where the password of the mail server stands; never in the configuration itself.
package enum PasswordSource: Hashable, Sendable {
    /// An absolute path.
    case file(String)
    /// The name of an environment variable.
    case environment(String)
}

/// Why there is no password; the password itself, or a part of it, is never in it.
package enum PasswordError: Error, Hashable, Sendable {
    case unreadable(path: String, reason: String)
    case unset(variable: String)
    /// Empty, not UTF-8, or of several lines.
    case unusable(PasswordSource)
}

extension PasswordError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "password file \(quoted(path)) cannot be read: \(reason)"
        case .unset(let variable):
            "the environment variable \(quoted(variable)), which should hold the mail server's "
                + "password, is not set"
        case .unusable(let source):
            "\(source) does not hold one line with a password"
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
    /// Reads the password now; one line end after it does not belong to it.
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
            // Some editors put a byte order mark first.
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

    /// Whether every user of the machine may read the password, which `check` warns of.
    package var isOpenToEveryone: Bool {
        guard case .file(let path) = self else { return false }
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IROTH != 0
    }
}
