import Placeholders

extension ClientCredentials {
    /// The URL of the token server in the form in which it is sent: with an ASCII host.
    package var requestURL: String {
        // The URL has no placeholders.
        var text = FilledText(limit: 64 << 10)
        guard let template = try? URLTemplate(url) else { return url }
        template.fill(&text) { _ in Filling.unknown }
        return text.isTooLong ? url : text.string
    }
}
