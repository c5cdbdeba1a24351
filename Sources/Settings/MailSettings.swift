package import Addresses

/// How the reports are mailed.
package struct MailSettings: Equatable, Sendable {
    /// The server, or the Maildir with an absolute path.
    package let location: MailLocation
    package let from: Mailbox
    /// Nil when the server wants none.
    package let login: Login?
    /// A file of certificates to trust in place of the system's, absolute.
    package let caFile: String?
    package let replyTo: Mailbox?
    /// An `https`, `http` or `mailto` URL for the List-Unsubscribe header.
    package let unsubscribe: String?
    /// The name of this machine for EHLO; nil means the name the system has.
    package let helloName: String?

    /// A user name and the place of its password.
    package struct Login: Hashable, Sendable {
        package let username: String
        package let password: PasswordSource
    }
}
