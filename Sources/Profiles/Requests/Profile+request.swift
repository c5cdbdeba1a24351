package import CivilTime
import Encryption
package import JSON
import Placeholders

/// The values that an event provides for placeholders.
struct VariableValues {
    private let variables: JSONObject
    private let knownNames: Set<String>

    init(_ event: TriggeredEvent) {
        var variables = event.variables
        // The event name is also a variable, even if the trigger does not list it there.
        if variables["event"] == nil, let event = event.event {
            variables["event"] = .string(event)
        }
        self.variables = variables
        knownNames = Channel.knownNames[event.channel] ?? []
    }

    /// Returns the values of placeholders without encryption.
    var filler: Filler<Never> {
        { placeholder in value(of: placeholder).map(Filling.init) ?? .unknown }
    }

    /// Returns null for a known name without a value, and `nil` for an unknown name.
    func value(of placeholder: Placeholder) -> JSONValue? {
        if let value = variables[placeholder.name] { return value }
        let root = String(placeholder.root)
        guard let outer = variables[root] else {
            let isKnown = knownNames.contains(root) || knownNames.contains(placeholder.name)
            return isKnown ? .null : nil
        }
        let steps = placeholder.name.split(separator: ".").dropFirst()
        return steps.reduce(outer) { $0.member(String($1)) ?? .null }
    }
}

extension JSONValue {
    /// Returns the member of an object, or the element of an array, that a path component names.
    fileprivate func member(_ step: String) -> JSONValue? {
        if let object { return object[step] }
        guard let array, let index = Int(step), array.indices.contains(index) else { return nil }
        return array[index]
    }
}

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

extension Profile {
    /// Creates a profile from settings that are not saved, for a test delivery.
    package init(trying settings: ProfileSettings, company: String, at now: Instant) {
        self.init(
            id: "", company: company, status: .active, statusSince: now, createdAt: now,
            current: ProfileVersion(number: 1, settings: settings, since: now))
    }

    /// Returns a sample event for the profile.
    ///
    /// - Parameters:
    ///   - variables: Values that replace the samples.
    ///   - callbackID: The ID of the callback.
    package func sampleEvent(_ variables: JSONObject, callbackID: String) -> TriggeredEvent {
        var values: JSONObject = [:]
        for variable in settings.channel.variableGroups.flatMap(\.variables).reversed() {
            values[variable.name] = variable.sample
        }
        for member in variables.members { values[member.name] = member.value }
        return TriggeredEvent(
            company: company, channel: settings.channel, event: settings.events.first,
            variables: values, callbackID: callbackID)
    }

    /// The profile's placeholders, each with a sample value.
    package var samples: JSONObject {
        current.template.placeholders.reduce(into: JSONObject()) { samples, found in
            samples[found.name] = sample(of: found.name, root: String(found.root))
        }
    }

    private func sample(of name: String, root: String) -> JSONValue {
        if let variable = settings.channel.variable(named: name) { return variable.sample }
        let inner = settings.channel.variable(named: root)?.sample.object?[
            String(name.dropFirst(root.count + 1))]
        return inner ?? "value"
    }
}
