import FoundationEssentials
package import TextSupport

/// The credentials for a mail server.
package struct MailAccount: Sendable {
    package let userName: String
    package let password: Secret

    package init(userName: String, password: Secret) {
        self.userName = userName
        self.password = password
    }

    /// The password in all forms in which it is transmitted, to find it in server replies.
    ///
    /// The longest form comes first because it may contain the next one.
    var secrets: [String] {
        let password = password.reveal()
        let forms = ["\0\(userName)\0\(password)", password]
        return forms.map { Data($0.utf8).base64EncodedString() } + [password]
    }
}
