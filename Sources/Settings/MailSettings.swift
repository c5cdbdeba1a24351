package import Addresses
package import EgressPolicy

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
