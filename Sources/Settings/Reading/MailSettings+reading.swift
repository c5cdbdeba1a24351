import Addresses
import JSON

extension MailSettings {
    static let keys = [
        "url", "from", "username", "passwordFile", "passwordEnvironment", "tls", "caFile",
        "replyTo",
        "unsubscribe", "helloName",
    ]

    /// Decodes the object `mail`. Returns nil if it has an error.
    ///
    /// Without a URL, mail goes to the Maildir `mail` next to the configuration.
    static func read(
        _ value: JSON5Value, directory: String
    ) -> (mail: MailSettings?, diagnostics: [Diagnostic]) {
        var section = ObjectDecoder(value, at: .root.key("mail"), keys: keys)
        let url = section.has("url") ? section.text("url", StringFormats.any) : "file:mail"
        let location = url.flatMap { section.location($0, directory: directory) }
        let from = section.sender(url: url)
        let login = section.login(directory: directory)
        let caFile = section.text("caFile", StringFormats.path)
        let replyTo = section.mailbox("replyTo")
        let unsubscribe = section.text("unsubscribe", StringFormats.unsubscribeURL)
        let helloName = section.text("helloName", StringFormats.hostName)
        guard section.diagnostics.isEmpty, let location, let from else {
            return (nil, section.diagnostics)
        }
        let mail = MailSettings(
            location: location, from: from, login: login,
            caFile: caFile.map { absolute($0, in: directory) }, replyTo: replyTo,
            unsubscribe: unsubscribe, helloName: helloName)
        return (mail, [])
    }
}

extension ObjectDecoder {
    /// Parses the URL. If `tls` has an error, the parser stops there, so the URL is then parsed
    /// again without it.
    fileprivate mutating func location(_ url: String, directory: String) -> MailLocation? {
        let tls = text("tls", StringFormats.tls)
        let hasPassword = has("passwordFile") || has("passwordEnvironment")
        do throws(MailLocationError) {
            return try MailLocation(
                parsing: url, tls: tls, hasPassword: hasPassword, relativeTo: directory)
        } catch {
            report(.refused(error.description), at: error.concernsTLS ? "tls" : "url")
            if error.concernsTLS { reportURL(url) }
        }
        return nil
    }

    private mutating func reportURL(_ url: String) {
        do throws(MailLocationError) {
            _ = try MailLocation(parsing: url, tls: nil, hasPassword: false, relativeTo: "/")
        } catch {
            report(.refused(error.description), at: "url")
        }
    }

    /// Decodes the sender. It is required for mail servers, because bounces go to it, but optional
    /// for a Maildir.
    fileprivate mutating func sender(url: String?) -> Mailbox? {
        if has("from") { return mailbox("from") }
        if url?.lowercased().hasPrefix("smtp") == true {
            require("from", "the sender, such as 'Callback Reports <reports@example.com>'")
        }
        return try? Mailbox(parsing: "Callback Reports <callback-reports@localhost>")
    }

    fileprivate mutating func login(directory: String) -> MailSettings.Login? {
        let username = text("username", StringFormats.line)
        let file = text("passwordFile", secret: true, StringFormats.path)
        let variable = text("passwordEnvironment", secret: true, StringFormats.variable)
        if has("passwordFile") && has("passwordEnvironment") {
            report(.either("passwordFile", "passwordEnvironment"), at: "passwordEnvironment")
        }
        let passwordKey = ["passwordFile", "passwordEnvironment"].first(where: has)
        if has("username") && passwordKey == nil {
            report(.needs("passwordFile' or 'passwordEnvironment"), at: "username")
        }
        if let passwordKey, !has("username") { report(.needs("username"), at: passwordKey) }
        let source = file.map { PasswordSource.file(absolute($0, in: directory)) }
        guard let username, let password = source ?? variable.map(PasswordSource.environment) else {
            return nil
        }
        return MailSettings.Login(username: username, password: password)
    }
}
