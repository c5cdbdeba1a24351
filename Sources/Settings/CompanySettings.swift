package import Addresses
package import Alerts
package import CivilTime
package import EgressPolicy
import Glibc
package import TextSupport

/// The settings of a company and its reports.
package struct CompanySettings: Sendable {
    package let sid: String
    /// The name in the file, or the sid if the file has no name.
    package let name: String
    package let zone: TimeZoneRules
    /// Titles for reports, keyed by profile ID, or by origin for endpoints without a profile.
    package let titles: [String: String]
    /// `callbackReport.enabled`. If false, the company gets no reports at all.
    package let enabled: Bool
    /// The frequencies in the file, from daily to monthly.
    package let reports: [ReportSettings]
    /// The settings of alerts, or nil if the company gets none.
    package let alerts: AlertSettings?
}

/// The settings of a company's alerts.
package struct AlertSettings: Sendable {
    /// The recipients of emails without duplicates.
    package let recipients: [Mailbox]
    package let channels: ChannelSettings
    package let enabled: Bool
    /// When an endpoint is failing.
    package let rule: AlertRule
    /// When the log is silent.
    package let silence: SilenceRule
}

/// The settings of one report frequency of a company.
package struct ReportSettings: Sendable {
    package let frequency: Frequency
    package let schedule: Schedule
    /// The recipients of emails without duplicates.
    package let recipients: [Mailbox]
    package let channels: ChannelSettings
    /// Whether the counts are attached as CSV.
    package let attachCSV: Bool
    /// Whether no mail is sent for a period without callbacks.
    package let skipEmpty: Bool
    package let enabled: Bool
}

/// A company with errors in its settings. It gets no reports until they are fixed.
package struct InvalidCompany: Hashable, Sendable {
    /// Nil if the error is in the sid.
    package let sid: String?
    /// The errors. Never empty.
    package var diagnostics: [Diagnostic]
}

/// The settings for sending mail.
package struct MailSettings: Equatable, Sendable {
    /// The mail server, or a Maildir with an absolute path.
    package let location: MailLocation
    package let from: Mailbox
    /// The credentials, or nil if the server needs none.
    package let login: Login?
    /// The absolute path of a file with CA certificates to trust instead of the system's.
    package let caFile: String?
    package let replyTo: Mailbox?
    /// An `https`, `http` or `mailto` URL for the List-Unsubscribe header.
    package let unsubscribe: String?
    /// The host name to send in EHLO. If nil, the host name of the system is used.
    package let helloName: String?

    /// A user name and the location of its password.
    package struct Login: Hashable, Sendable {
        package let username: String
        package let password: PasswordSource
    }
}

/// The settings of `callback-gateway`.
package struct GatewaySettings: Hashable, Sendable {
    /// The absolute path of the key that encrypts the secrets in the database. It is created on
    /// first use.
    package let secretKeyFile: String
    /// Special networks that callbacks may be sent to, such as the company's own network.
    package let allowNetworks: [Network]
    /// The networks of reverse proxies whose client addresses are trusted.
    package let trustedProxies: [Network]
    /// The maximum number of profiles per company.
    package let profilesPerCompany: Int
    /// The maximum number of WhatsApp numbers that a company can bind.
    package let numbersPerCompany: Int
    /// The region that new profile IDs begin with.
    package let pod: String
    /// The public URL of the web pages without a trailing `/`, or nil if there is none.
    package let publicURL: String?
}

/// How many days attempts are kept, written as `400d`.
package struct Retention: Hashable, Sendable {
    /// The number of days, from 1 to 36500.
    package let days: Int

    /// Returns nil if the text is not a number of days followed by `d`.
    package init?(_ text: String) {
        guard text.hasSuffix("d"), let days = number(text.dropLast()), (1...36500).contains(days)
        else { return nil }
        self.days = days
    }

    /// Parses the value of the configuration, and throws the error to show.
    init(parsing text: String) throws(Problem) {
        guard let retention = Retention(text) else {
            throw .form(text, expected: "a number of days from '1d' to '36500d'")
        }
        self = retention
    }
}

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
