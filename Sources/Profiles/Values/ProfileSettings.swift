package import Encryption
package import JSON
package import Secrets

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
package struct ClientCredentials: Hashable, Sendable {
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

    package func hash(into hasher: inout Hasher) {
        hasher.combine(url)
        hasher.combine(clientID)
    }

    /// Returns text of another program with the secrets of these credentials masked.
    package func masking(_ text: String) -> String {
        let more = extraFields.filter { HeaderRule.isSecret($0.name) }.map(\.value)
        return ([clientSecret.reveal()] + more).filter { !$0.isEmpty }
            .reduce(text) { $0.replacing($1, with: SecretMask.text) }
    }
}
