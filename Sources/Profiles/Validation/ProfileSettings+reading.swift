package import JSON
import Placeholders

extension ProfileSettings {
    /// The names of all members, in the published order.
    static let names = [
        "title", "http_method", "url", "body", "body_type", "headers", "enc", "channel", "events",
        "response_message", "signing", "auth",
    ]

    /// Parses and validates the body of a request that creates a profile.
    ///
    /// - Parameters:
    ///   - request: The parsed body.
    ///   - isStored: Whether the settings come from the database. Settings of an earlier version
    ///     may exceed ``RequestLimits`` and are still sent.
    ///   - blockReason: Returns why callbacks to a host are not allowed, or `nil` if they are.
    /// - Throws: A ``ProfileFaults`` that lists everything wrong with the request.
    package init(
        request: JSONValue, isStored: Bool = false,
        blockReason: (_ host: String) -> String? = { _ in nil }
    ) throws(ProfileFaults) {
        var reader = ObjectReader(request, at: .body, names: Self.names)
        for name in ["title", "http_method", "url"] { reader.require(name) }
        let title = reader.title()
        let method = reader.word("http_method", of: HTTPMethod.self)
        let url = reader.webURL("url")
        let (body, bodyType) = reader.body(for: method)
        let headers = reader.headers()
        let (channel, events) = reader.channelAndEvents()
        let message = reader.string("response_message")
        let signing = reader.signing()
        let auth = reader.auth(headers)
        let templates = Templates(
            url: url, body: body, bodyType: bodyType, headers: headers, message: message)
        let encryption = reader.encryption(of: templates.names)
        if !isStored {
            reader.rejectExcess(headers, auth, placeholders: templates.names.count)
            if bodyType == .xml, templates.namesAttributes { reader.rejectAttributeNames() }
        }
        reader.rejectBlockedHosts(url, auth?.url, blockReason)
        guard reader.faults.isEmpty, let title, let method, let url, let channel else {
            throw ProfileFaults(faults: reader.faults)
        }
        self.init(
            title: title, method: method, url: url, body: body, bodyType: bodyType,
            headers: headers, encryption: encryption, channel: channel, events: events,
            responseMessage: message, signing: signing, auth: auth)
    }

    /// The placeholders of the parts that are valid so far.
    private struct Templates {
        let names: [String]
        let namesAttributes: Bool

        init(
            url: String?, body: ProfileBody?, bodyType: BodyType, headers: [HTTPHeaderField],
            message: String?
        ) {
            var found = url.flatMap { try? URLTemplate($0) }?.placeholders ?? []
            found += headers.flatMap { TextTemplate($0.value, as: .header).placeholders }
            let body = BodyTemplate(body, bodyType, headers: headers)
            found += body.placeholders
            found += message.map { TextTemplate($0, as: .plain).placeholders } ?? []
            names = found.map(\.name)
            namesAttributes = body.namesAttributes
        }
    }
}

extension ObjectReader {
    /// Letters of all scripts are allowed (https://www.unicode.org/reports/tr44/#Alphabetic).
    fileprivate mutating func title() -> String? {
        guard let title = string("title") else { return nil }
        let place = path / "title"
        if title.count < 3 { report(.tooShort(3, at: place)) }
        if title.count > 255 { report(.tooLong(255, at: place)) }
        let isPlain = title.unicodeScalars.allSatisfy { scalar in
            scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
                || scalar.properties.generalCategory.isMark || " -_".unicodeScalars.contains(scalar)
        }
        if !isPlain {
            report(
                .must("contain only letters, digits, spaces, hyphens and underscores", at: place))
        }
        if title.allSatisfy({ " -_".contains($0) }), !title.isEmpty {
            report(.must("contain a letter or a digit", at: place))
        }
        return title
    }

    fileprivate mutating func rejectExcess(
        _ headers: [HTTPHeaderField], _ auth: ClientCredentials?, placeholders: Int
    ) {
        reject(headers.count, over: RequestLimits.headers, "headers", at: path / "headers")
        reject(
            auth?.extraFields.count ?? 0, over: RequestLimits.tokenFields, "additional fields",
            at: path / "auth")
        reject(
            placeholders, over: RequestLimits.placeholders,
            "placeholders in url, headers, body and response_message", at: path)
    }

    private mutating func reject(
        _ count: Int, over limit: Int, _ things: String, at place: ProfileFault.Path
    ) {
        guard count > limit else { return }
        report(.mustNot("have more than \(limit) \(things); it has \(count)", at: place))
    }

    fileprivate mutating func rejectAttributeNames() {
        report(
            .mustNot(
                "have a placeholder in an attribute name; put it in the value",
                at: path / "body"))
    }

    /// Rejects hosts that neither callbacks nor token requests may go to.
    fileprivate mutating func rejectBlockedHosts(
        _ url: String?, _ tokenURL: String?, _ blockReason: (_ host: String) -> String?
    ) {
        for (url, place) in [(url, path / "url"), (tokenURL, path / "auth" / "url")] {
            guard let host = url.flatMap({ try? URLTemplate($0) })?.host,
                let reason = blockReason(host)
            else { continue }
            report(.mustNot("point to \(host): \(reason)", at: place))
        }
    }

    /// Parses the URL template of a callback.
    mutating func webURL(_ name: String) -> String? {
        guard let text = string(name)?.trimmed else { return nil }
        if let fault = URLRule.fault(text, at: path / name) {
            report(fault)
            return nil
        }
        return text
    }

    fileprivate mutating func body(for method: HTTPMethod?) -> (ProfileBody?, BodyType) {
        let type = word("body_type", of: BodyType.self) ?? .json
        guard let value = value("body") else {
            if method?.hasBody == true { require("body") }
            return (nil, type)
        }
        if let method, !method.hasBody {
            // Responses contain an empty body if there is none, and clients send it back.
            guard value == .object([:]) || value == "" else {
                report(.mustNot("have property 'body' for \(method.rawValue)", at: path))
                return (nil, type)
            }
            return (nil, type)
        }
        return (body(value, type), type)
    }

    private mutating func body(_ value: JSONValue, _ type: BodyType) -> ProfileBody? {
        let place = path / "body"
        guard type == .json else {
            if let text = value.string { return .text(text) }
            report(.type("string for body_type \(type.rawValue)", at: place))
            return nil
        }
        if let object = value.object ?? value.objectInText { return .json(object) }
        if let reason = value.faultInText {
            report(.must("be a JSON object: \(reason)", at: place))
            return nil
        }
        let hint = value.string == nil ? "" : ", or set body_type to another type"
        report(.type("object\(hint)", at: place))
        return nil
    }
}

extension Unicode.GeneralCategory {
    fileprivate var isMark: Bool { self == .nonspacingMark || self == .spacingMark }
}

extension String {
    /// The string without leading and trailing whitespace.
    var trimmed: String {
        let isBlank = { (character: Character) in character.isWhitespace }
        guard let last = lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(self[...last].drop(while: isBlank))
    }
}
