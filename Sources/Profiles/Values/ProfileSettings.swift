package import Encryption
package import JSON
package import Secrets

/// All that the owner of a profile says about it; checked, so that it can be sent.
package struct ProfileSettings: Equatable, Sendable {
    /// At least 3 and at most 255 characters.
    package var title: String
    package var method: HTTPMethod
    /// http or https, with placeholders behind the host at the most.
    package var url: String
    /// There for POST and PUT, and for no other method.
    package var body: ProfileBody?
    package var bodyType: BodyType
    package var headers: [HTTPHeaderField]
    package var encryption: EncryptionSettings?
    package var channel: Channel
    /// Those of ``Channel/events`` that it is called for; all when the owner named none.
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

/// What kind of text a body is, which decides how values are escaped in it.
package enum BodyType: String, CaseIterable, Sendable {
    case json, xml, html, text
}

/// How the values of a profile's placeholders are encrypted.
package struct EncryptionSettings: Equatable, Sendable {
    package var cipher: ValueCipher
    /// The variables whose values are encrypted; nil means all.
    package var parameters: [String]?
}

/// The secrets of https://www.standardwebhooks.com, one, or two while one is replaced.
package struct SigningSettings: Equatable, Sendable {
    /// Each `whsec_` and base64, as the owner wrote it.
    package var secrets: [Secret]
}

/// How to get a token that callbacks carry as `Authorization: Bearer`.
package struct ClientCredentials: Hashable, Sendable {
    package var url: String
    package var clientID: String
    package var clientSecret: Secret
    /// More fields of the form that is sent for the token.
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

    /// A text of another program, with a mask in place of each secret of these credentials.
    package func masking(_ text: String) -> String {
        let more = extraFields.filter { HeaderRule.isSecret($0.name) }.map(\.value)
        return ([clientSecret.reveal()] + more).filter { !$0.isEmpty }
            .reduce(text) { $0.replacing($1, with: SecretMask.text) }
    }
}
