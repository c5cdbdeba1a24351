import Placeholders

extension CallbackRequest {
    /// The callback to a URL without a profile: a GET with its placeholders filled.
    ///
    /// - Throws: `url` when it is none; ``VoiceCallback`` lets no such URL pass.
    package init(get url: String, for event: TriggeredEvent) throws(RequestError) {
        guard let template = try? URLTemplate(url) else { throw .url }
        let values = VariableValues(event)
        let filled = template.filled { placeholder in
            values.value(of: placeholder).map(Filling.init) ?? .unknown
        }
        self.init(method: .get, url: filled, headers: CallbackID.headers(of: event), body: [])
    }
}
