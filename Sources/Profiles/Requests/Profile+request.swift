package import CivilTime
import Encryption
import JSON
import Placeholders

extension Profile {
    /// Builds the callback for an event: fills placeholders, encrypts values, and signs the
    /// request.
    ///
    /// - Parameters:
    ///   - event: The event that the callback reports.
    ///   - now: The time of the attempt, which the signature includes.
    ///   - limit: The maximum size in bytes. Filling ends as soon as it is exceeded.
    /// - Throws: ``RequestError``. Another attempt would fail in the same way.
    package func request(
        for event: TriggeredEvent, at now: Instant, limit: Int = RequestLimits.bytes
    ) throws(RequestError) -> CallbackRequest {
        let template = current.template
        var writer = RequestWriter(filler(for: event), limit: limit)
        guard let url = template.url else { throw .url }
        let filledURL = try writer.text(url.fill).string
        var headers: [HTTPHeaderField] = []
        for header in template.headers {
            let value = try writer.text(header.value.fill).string
            headers.append(HTTPHeaderField(header.name, value.trimmed))
        }
        let body = try FilledBody(template.body, settings.bodyType, &writer)
        if template.responseMessage != nil, responseMessage(for: event) == nil { throw .tooLong }
        if let type = body.contentType(beside: headers) {
            headers.removeAll { $0.name.matches("content-type") }
            headers.append(HTTPHeaderField("Content-Type", type))
        }
        headers += CallbackID.headers(of: event)
        headers += settings.signing?.headers(event, body: body.bytes, at: now) ?? []
        return CallbackRequest(
            method: settings.method, url: filledURL, headers: headers, body: body.bytes)
    }

    /// Returns the message for the caller that triggered the callback, to send once it is
    /// delivered.
    ///
    /// Returns `nil` if the profile has no such message, or if the filled message exceeds
    /// ``RequestLimits/bytes``. Values are not encrypted, because they return to where they came
    /// from.
    package func responseMessage(for event: TriggeredEvent) -> String? {
        guard let template = current.template.responseMessage else { return nil }
        var text = FilledText(limit: RequestLimits.bytes)
        template.fill(&text, VariableValues(event).filler)
        return text.isTooLong ? nil : text.string
    }

    private func filler(for event: TriggeredEvent) -> Filler<RequestError> {
        let values = VariableValues(event)
        let (encryption, encrypted) = (settings.encryption, current.template.encryptedNames)
        return { (placeholder) throws(RequestError) in
            guard let value = values.value(of: placeholder) else { return .unknown }
            let filling = Filling(value)
            guard value != .null, let encryption, encrypted.contains(placeholder.name) else {
                return filling
            }
            return .text(try encryption.encrypted(filling, of: placeholder))
        }
    }
}

extension EncryptionSettings {
    fileprivate func encrypted(
        _ filling: Filling, of placeholder: Placeholder
    ) throws(RequestError) -> String {
        do {
            return try cipher.encrypt(filling.text ?? "")
        } catch {
            throw .encryption(variable: placeholder.name, reason: error.description)
        }
    }
}
