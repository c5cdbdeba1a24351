import Placeholders

extension ClientCredentials {
    /// The URL of the token server as it is sent: with its host in ASCII, like that of a callback.
    package var requestURL: String {
        // It has no placeholders.
        var text = FilledText(limit: 64 << 10)
        guard let template = try? URLTemplate(url) else { return url }
        template.fill(&text) { _ in Filling.unknown }
        return text.isTooLong ? url : text.string
    }
}
