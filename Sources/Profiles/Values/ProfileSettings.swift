package import Encryption
package import JSON
package import TextSupport

/// The validated settings of a profile.
package struct ProfileSettings: Equatable, Sendable {
    /// 3 to 255 characters.
    package var title: String
    package var method: HTTPMethod
    /// An http or https URL, which may have placeholders after the host.
    package var url: String
    /// The body. Present for POST and PUT only.
    package var body: ProfileBody?
    package var bodyType: BodyType
    package var headers: [HTTPHeaderField]
    package var encryption: EncryptionSettings?
    package var channel: Channel
    /// The events from ``Channel/events`` that the profile subscribes to. All of them by default.
    package var events: [String]
    package var responseMessage: String?
    package var signing: SigningSettings?
    package var auth: ClientCredentials?
}

/// The template of a callback's body.
package enum ProfileBody: Hashable, Sendable {
    case json(JSONObject)
    case text(String)
}

/// The format of a body, which determines how values are escaped.
package enum BodyType: String, CaseIterable, Sendable {
    case json, xml, html, text
}

/// How the values of a profile's placeholders are encrypted.
package struct EncryptionSettings: Equatable, Sendable {
    package var cipher: ValueCipher
    /// The variables whose values are encrypted, or `nil` for all.
    package var parameters: [String]?
}

/// The secrets for https://www.standardwebhooks.com: one, or two during a rotation.
package struct SigningSettings: Equatable, Sendable {
    /// The secrets as the owner entered them: `whsec_` and base64.
    package var secrets: [Secret]
}

/// How to get an access token, which callbacks carry as `Authorization: Bearer`.
package struct ClientCredentials: Equatable, Sendable {
    package var url: String
    package var clientID: String
    package var clientSecret: Secret
    /// Additional fields of the token request.
    package var extraFields: [(name: String, value: String)]

    package static func == (left: Self, right: Self) -> Bool {
        left.url == right.url && left.clientID == right.clientID
            && left.clientSecret == right.clientSecret
            && left.extraFields.elementsEqual(right.extraFields) { $0 == $1 }
    }

    /// The client secret and the extra fields that are secret. None is empty.
    ///
    /// Values of one to three characters, such as a version, are secret only if their name says so.
    package var secrets: [String] {
        let more = extraFields.filter { name, value in
            HeaderRule.isSecret(name) || TokenFieldRule.isSecret(name) && value.count > 3
        }.map(\.value)
        return ([clientSecret.reveal()] + more).filter { !$0.isEmpty }
    }
}

extension ProfileSettings {
    /// Warnings about settings that are allowed but unsafe.
    package var warnings: [String] {
        guard let cipher = encryption?.cipher, cipher.repeatsNonce else { return [] }
        return [
            "\(cipher.algorithm.rawValue) with a fixed IV reuses its nonce for every value, "
                + "which reveals how values differ and allows forgery; "
                + "use \"IV\": \"random\""
        ]
    }
}

/// A header of a request: its name as the profile spells it, and its value.
package struct HTTPHeaderField: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension HTTPHeaderField {
    /// The value for display, masked if the name suggests a secret.
    package var shownValue: String { isSecret ? SecretMask.text : value }

    /// Whether the value may be a secret. A signature does not reveal the secret that it was made
    /// with.
    package var isSecret: Bool { HeaderRule.isSecret(name) && !name.matches("webhook-signature") }
}

/// The HTTP methods that a callback can use.
package enum HTTPMethod: String, CaseIterable, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"

    /// Whether requests with this method have a body, which the profile must then define.
    package var hasBody: Bool { self == .post || self == .put }
}

/// The limits on the size of a profile and its callbacks.
package enum RequestLimits {
    /// The maximum number of bytes in a callback (URL, headers and body), and in a response
    /// message.
    ///
    /// The bytes are counted while placeholders are filled. One value may fill thousands of
    /// placeholders, so the sizes of the profile and the event say little.
    package static let bytes = 4 << 20
    /// The maximum number of headers in a profile.
    static let headers = 100
    /// The maximum number of placeholders in URL, headers, body and response message together.
    static let placeholders = 30_000
    /// The maximum number of fields that `auth` adds to the token request.
    static let tokenFields = 100
}

extension ProfileSettings {
    /// The request that would create these settings, with their secrets. This is the stored form.
    package var request: JSONObject {
        var members: JSONObject = [
            "title": .string(title), "http_method": .string(method.rawValue), "url": .string(url),
        ]
        members["body"] = body?.json
        members["body_type"] = .string(bodyType.rawValue)
        if !headers.isEmpty { members["headers"] = .object(headerObject) }
        members["enc"] = encryption?.json
        members["channel"] = .string(channel.rawValue)
        members["events"] = .array(events.map { .string($0) })
        members["response_message"] = responseMessage.map { .string($0) }
        members["signing"] = signing?.json
        members["auth"] = auth?.json
        return members
    }

    var headerObject: JSONObject {
        headers.reduce(into: JSONObject()) { $0[$1.name] = .string($1.value) }
    }
}

extension ProfileBody {
    package var json: JSONValue {
        switch self {
        case .json(let object): .object(object)
        case .text(let text): .string(text)
        }
    }
}

extension EncryptionSettings {
    fileprivate var json: JSONValue {
        var members: JSONObject = [
            "algo": .string(cipher.algorithm.rawValue), "key": .string(cipher.key.reveal()),
        ]
        switch cipher.iv {
        case .fixed(let iv): members["IV"] = .string(iv.reveal())
        case .random: members["IV"] = "random"
        }
        members["params"] = parameters.map { .array($0.map { .string($0) }) }
        return .object(members)
    }
}

extension SigningSettings {
    fileprivate var json: JSONValue {
        let secrets = secrets.map { JSONValue.string($0.reveal()) }
        return .object(["secret": secrets.count == 1 ? secrets[0] : .array(secrets)])
    }
}

extension ClientCredentials {
    fileprivate var json: JSONValue {
        var members: JSONObject = [
            "url": .string(url), "clientID": .string(clientID),
            "clientSecret": .string(clientSecret.reveal()),
        ]
        for field in extraFields { members[field.name] = .string(field.value) }
        return .object(members)
    }
}
