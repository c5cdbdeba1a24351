import Addresses
package import Mail
package import Settings

extension MailSettings {
    /// Returns the transport to the mail server or Maildir. It connects when it sends the first
    /// email.
    ///
    /// - Parameters:
    ///   - environment: The environment variables, of which one may contain the password.
    ///   - stopwatch: Returns the time since an arbitrary fixed point.
    /// - Throws: An error if the password cannot be read.
    package func transport(
        environment: [String: String], stopwatch: @escaping () -> Duration
    ) throws(PasswordError) -> any MailTransport {
        switch location {
        case .directory(let path): return MaildirTransport(directory: path)
        case .server(let server):
            var account: MailAccount?
            if let login {
                account = MailAccount(
                    userName: login.username,
                    password: try login.password.password(environment: environment))
            }
            return SMTPTransport(
                server, account: account,
                clientName: { [helloName] in helloName ?? MachineName.full },
                caFile: caFile, stopwatch: stopwatch)
        }
    }
}
