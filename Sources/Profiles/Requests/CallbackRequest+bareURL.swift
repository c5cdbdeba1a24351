import Placeholders

extension CallbackRequest {
    /// Creates the callback to a URL without a profile: a GET request with its placeholders filled.
    ///
    /// - Throws: `url` if the URL is not valid, which ``VoiceCallback`` rejects, or `tooLong` if
    ///   the filled URL exceeds the limit.
    package init(
        get url: String, for event: TriggeredEvent, limit: Int = RequestLimits.bytes
    ) throws(RequestError) {
        guard let template = try? URLTemplate(url) else { throw .url }
        var url = FilledText(limit: limit)
        template.fill(&url, VariableValues(event).filler)
        guard !url.isTooLong else { throw .tooLong }
        self.init(method: .get, url: url.string, headers: CallbackID.headers(of: event), body: [])
    }
}
