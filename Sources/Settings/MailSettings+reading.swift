import Addresses

extension MailSettings {
    static let keys = [
        "url", "from", "username", "passwordFile", "passwordEnvironment", "tls", "caFile",
        "replyTo",
        "unsubscribe", "helloName",
    ]

    /// Reads the object `mail`; nil when it has a mistake.
    static func read(
        _ value: JSONValue, directory: String
    ) -> (mail: MailSettings?, mistakes: [Mistake]) {
        var section = Section(value, at: .root.key("mail"), keys: keys)
        let location = section.location(directory: directory)
        let from = section.sender(for: location)
        let login = section.login(directory: directory)
        let caFile = section.text("caFile", Forms.path)
        let replyTo = section.mailbox("replyTo")
        let unsubscribe = section.text("unsubscribe", Forms.unsubscribeURL)
        let helloName = section.text("helloName", Forms.hostName)
        guard section.mistakes.isEmpty, let location, let from else {
            return (nil, section.mistakes)
        }
        let mail = MailSettings(
            location: location, from: from, login: login,
            caFile: caFile.map { absolute($0, in: directory) }, replyTo: replyTo,
            unsubscribe: unsubscribe, helloName: helloName)
        return (mail, [])
    }
}

extension Section {
    /// Without a URL mail goes to the Maildir `mail` beside the configuration.
    fileprivate mutating func location(directory: String) -> MailLocation? {
        let tls = text("tls", Forms.tls)
        guard let url = has("url") ? text("url", Forms.any) : "file:mail" else { return nil }
        let hasPassword = has("passwordFile") || has("passwordEnvironment")
        do throws(MailLocationError) {
            return try MailLocation(
                parsing: url, tls: tls, hasPassword: hasPassword, relativeTo: directory)
        } catch {
            report(.refused(error.description), at: error.concernsTLS ? "tls" : "url")
        }
        return nil
    }

    /// Into a Maildir any sender will do; a server sends bounces to it, so there it must be named.
    fileprivate mutating func sender(for location: MailLocation?) -> Mailbox? {
        if case .directory = location, !has("from") {
            return try? Mailbox(parsing: "Callback Reports <callback-reports@localhost>")
        }
        require("from", "the sender, such as 'Callback Reports <reports@example.com>'")
        return mailbox("from")
    }

    fileprivate mutating func login(directory: String) -> MailSettings.Login? {
        let username = text("username", Forms.line)
        let file = text("passwordFile", secret: true, Forms.path)
        let variable = text("passwordEnvironment", secret: true, Forms.variable)
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
