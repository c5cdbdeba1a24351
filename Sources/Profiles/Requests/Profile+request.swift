package import CivilTime
import Encryption
import JSON
import Placeholders

extension Profile {
    /// The callback about an event: placeholders filled, values encrypted, signed.
    ///
    /// - Parameter now: the time of the attempt, which stands in the signature.
    /// - Throws: ``RequestError``, which no other attempt can mend.
    package func request(
        for event: TriggeredEvent, at now: Instant
    ) throws(RequestError) -> CallbackRequest {
        let filler = filler(for: event)
        let template = current.template
        guard let url = try template.url?.filled(filler) else { throw .url }
        var headers: [HeaderField] = []
        for header in template.headers {
            headers.append(HeaderField(header.name, try header.value.filled(filler).trimmed))
        }
        let body = try FilledBody(template.body, settings.bodyType, filler)
        if let type = body.contentType(beside: headers) {
            headers.removeAll { $0.name.matches("content-type") }
            headers.append(HeaderField("Content-Type", type))
        }
        headers += CallbackID.headers(of: event)
        headers += settings.signing?.headers(event, body: body.bytes, at: now) ?? []
        return CallbackRequest(
            method: settings.method, url: url, headers: headers, body: body.bytes)
    }

    /// What whoever triggered the callback is told when it was delivered; nil when nothing.
    ///
    /// Its values are not encrypted: they come back to where they came from.
    package func responseMessage(for event: TriggeredEvent) -> String? {
        let values = VariableValues(event)
        return current.template.responseMessage?.filled { placeholder in
            values.value(of: placeholder).map(Filling.init) ?? .unknown
        }
    }

    private func filler(for event: TriggeredEvent) -> Filler<RequestError> {
        let values = VariableValues(event)
        let encryption = settings.encryption
        return { (placeholder) throws(RequestError) in
            guard let value = values.value(of: placeholder) else { return .unknown }
            let filling = Filling(value)
            guard value != .null, let encryption, encryption.covers(placeholder.name) else {
                return filling
            }
            return .text(try encryption.encrypted(filling, of: placeholder))
        }
    }
}

extension EncryptionSettings {
    /// Whether it was named itself, or what it is a part of.
    fileprivate func covers(_ name: String) -> Bool {
        parameters?.contains { $0 == name || name.hasPrefix($0 + ".") } ?? true
    }

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
