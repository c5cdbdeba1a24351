package import TextSupport

/// Where reports or alerts are sent, in addition to email addresses.
package struct ChannelSettings: Equatable, Sendable {
    package let webhook: WebhookSettings?
    package let slack: SlackSettings?

    package var isEmpty: Bool { webhook == nil && slack == nil }

    /// The files that contain secrets.
    package var files: [SecretFile] {
        var files = webhook.map { [$0.secretFile] } ?? []
        if case .file(let file)? = slack { files.append(file) }
        return files
    }
}

/// A webhook that receives reports or alerts as JSON.
package struct WebhookSettings: Equatable, Sendable {
    /// The URL. Its path can contain a token.
    package let url: Secret
    /// The file with the key for signatures.
    package let secretFile: SecretFile

    /// The scheme, host and port of the URL, which can be shown.
    package var origin: String { URLOrigin.of(url.reveal()) }
}

/// The URL of a Slack channel. It works like a password.
package enum SlackSettings: Equatable, Sendable {
    case url(Secret)
    /// A file that contains only the URL.
    case file(SecretFile)

    /// Returns the URL, and reads it from its file if it is there.
    package func url() throws(SecretFileError) -> Secret {
        switch self {
        case .url(let url): return url
        case .file(let file):
            let line = try file.line()
            guard (try? StringFormats.hookURL(line.reveal())) != nil else {
                throw .unusable(
                    path: file.path, expected: "the URL of an incoming webhook of Slack")
            }
            return line
        }
    }
}

/// A file with a secret on a single line.
package struct SecretFile: Hashable, Sendable {
    /// The absolute path.
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// Returns the line without its line break.
    package func line() throws(SecretFileError) -> Secret {
        do throws(PasswordError) {
            return try PasswordSource.file(path).password(environment: [:])
        } catch {
            guard case .unreadable(_, let reason) = error else {
                throw .unusable(path: path, expected: "a secret on a single line")
            }
            throw .unreadable(path: path, reason: reason)
        }
    }

    /// Whether every user of the machine can read the file. `check` warns about it.
    package var isReadableByEveryone: Bool { PasswordSource.file(path).isReadableByEveryone }
}

/// An error that occurred while reading a ``SecretFile``. It never contains any part of the secret.
package enum SecretFileError: Error, Hashable, Sendable {
    case unreadable(path: String, reason: String)
    case unusable(path: String, expected: String)
}

extension SecretFileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "secret file \(quoted(path)) cannot be read: \(reason)"
        case .unusable(let path, let expected):
            "secret file \(quoted(path)) must contain \(expected)"
        }
    }
}
