package import Addresses

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
