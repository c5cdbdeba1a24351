import FoundationEssentials
package import Secrets

/// Who we are to a mail server.
package struct MailAccount: Sendable {
    package let userName: String
    package let password: Secret

    package init(userName: String, password: Secret) {
        self.userName = userName
        self.password = password
    }

    /// The password in every form in which it travels, to be looked for in what a server says.
    ///
    /// The longest comes first, for it may hold the next.
    var secrets: [String] {
        let password = password.reveal()
        let forms = ["\0\(userName)\0\(password)", password]
        return forms.map { Data($0.utf8).base64EncodedString() } + [password]
    }
}
