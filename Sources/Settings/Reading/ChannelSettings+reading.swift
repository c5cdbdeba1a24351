import JSON
import TextSupport

extension ObjectDecoder {
    /// The keys of the channels, in addition to `emailAddresses`.
    static let channelKeys = ["webhook", "slack", "slackFile"]

    /// Decodes the recipients of reports or alerts. At least one is required if they are enabled.
    mutating func channels(isRequired: Bool, directory: String) -> ChannelSettings {
        if isRequired, !Self.channelKeys.contains(where: has) {
            require(
                "emailAddresses",
                "one or more addresses, separated by commas, or 'webhook' or 'slack'")
        }
        return ChannelSettings(webhook: webhook(directory), slack: slack(directory))
    }

    private mutating func webhook(_ directory: String) -> WebhookSettings? {
        guard
            var section = section("webhook", keys: ["url", "secretFile"], isSecret: true)
        else { return nil }
        section.require("url", "the https: URL of the webhook")
        let url = section.text("url", secret: true, StringFormats.hookURL)
        let file = section.required(
            "secretFile", "a file with the key for signatures", StringFormats.path)
        absorb(section.diagnostics)
        guard let url, let file else { return nil }
        return WebhookSettings(
            url: Secret(url), secretFile: SecretFile(path: absolute(file, in: directory)))
    }

    private mutating func slack(_ directory: String) -> SlackSettings? {
        let url = text("slack", secret: true, StringFormats.hookURL)
        let file = text("slackFile", StringFormats.path)
        if has("slack"), has("slackFile") {
            report(.either("slack", "slackFile"), at: "slackFile")
        }
        return url.map { .url(Secret($0)) }
            ?? file.map { .file(SecretFile(path: absolute($0, in: directory))) }
    }
}

extension StringFormats {
    /// The URL of a webhook. Errors do not show it, because its path can contain a token.
    static func hookURL(_ text: String) throws(Problem) -> String {
        guard let authority = try authority(of: text) else {
            throw .hiddenForm(expected: "a URL that begins with https://")
        }
        let isLocal =
            ["localhost", "::1"].contains(authority.host)
            || authority.host.wholeMatch(of: /127(\.[0-9]{1,3}){3}/) != nil
        guard isLocal || authority.origin.hasPrefix("https://") else {
            throw .hiddenForm(
                expected:
                    "a URL that begins with https://, because http:// is only for this machine")
        }
        return text
    }
}
