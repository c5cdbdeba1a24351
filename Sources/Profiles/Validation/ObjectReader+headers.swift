import Encryption
import FoundationEssentials
import JSON
import Placeholders
import TextSupport

extension ObjectReader {
    /// Parses headers: an object, or a string that contains one.
    mutating func headers() -> [HTTPHeaderField] {
        guard let value = value("headers"), value != "" else { return [] }
        var reader = ObjectReader(value, at: path / "headers", names: nil)
        var known: Set<String> = []
        let headers = reader.all.compactMap { reader.header($0) }
        for header in headers where !known.insert(header.name.lowercased()).inserted {
            reader.report(.mustNot("have '\(header.name)' twice", at: reader.path))
        }
        absorb(reader)
        return headers
    }

    private mutating func header(_ member: JSONObject.Member) -> HTTPHeaderField? {
        let place = path / member.name
        guard let name = HeaderRule.name(member.name) else {
            report(.must("be the name of a header: letters, digits and hyphens", at: place))
            return nil
        }
        guard !HeaderRule.isReserved(name) else {
            report(.mustNot("be set; the gateway controls this header", at: place))
            return nil
        }
        guard let value = member.value.string else {
            report(.type("string", at: place))
            return nil
        }
        guard value != SecretMask.text else {
            report(.must("be the actual value, not its mask", at: place))
            return nil
        }
        guard !value.hasHeaderBreak else {
            report(.mustNot("contain line breaks or control characters", at: place))
            return nil
        }
        return HTTPHeaderField(name, value.trimmed)
    }
}

/// The rules for headers that a profile may set.
enum HeaderRule {
    /// Headers that control where a message ends or where it goes, and headers that the gateway
    /// sets (https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1).
    private static let reserved: Set<String> = [
        "host", "content-length", "connection", "transfer-encoding", "te", "trailer", "upgrade",
        "keep-alive", "proxy-connection", "proxy-authorization", "proxy-authenticate", "expect",
        "http2-settings", "content-encoding", "callback-id", "webhook-id", "webhook-timestamp",
        "webhook-signature",
    ]

    static func isReserved(_ name: String) -> Bool { reserved.contains(name.lowercased()) }

    /// Returns the name in the form in which it is sent, or `nil` if it is not a token (RFC 9110,
    /// section 5.6.2).
    ///
    /// The published interface also uses `content_type`, which no server would understand.
    static func name(_ text: String) -> String? {
        if text.matches("content_type") { return "Content-Type" }
        let marks = "!#$%&'*+-.^_`|~"
        let isToken = text.unicodeScalars.allSatisfy { scalar in
            guard scalar.isASCII else { return false }
            let character = Character(scalar)
            return character.isLetter || character.isNumber || marks.contains(character)
        }
        return isToken && !text.isEmpty && text.utf8.count <= 200 ? text : nil
    }

    /// Returns whether the value of a header may be a secret.
    ///
    /// Headers can have any name, and most of them are not secret, so this looks for the words that
    /// name secrets. Short words must be complete: `X-Pin`, but not `X-Shipping`.
    static func isSecret(_ name: String) -> Bool {
        let words = [
            "auth", "key", "token", "secret", "pass", "pwd", "cookie", "session", "signature",
            "credential", "bearer", "assertion",
        ]
        let completeWords = ["jwt", "otp", "pin", "sig", "hmac", "saml", "ticket", "login"]
        let name = name.lowercased()
        return words.contains { name.contains($0) }
            || name.split { !$0.isLetter }.contains { completeWords.contains(String($0)) }
    }
}

/// The rule for fields that `auth` adds to a token request.
enum TokenFieldRule {
    /// The fields of OAuth and of common token servers that contain no secret
    /// (https://www.iana.org/assignments/oauth-parameters).
    private static let harmless: Set<String> = [
        "audience", "account_id", "actor_token_type", "client_assertion_type", "client_id",
        "domain", "grant_type", "organization", "realm", "redirect_uri", "region",
        "requested_token_type", "requested_token_use", "resource", "response_type", "scope",
        "subject_token_type", "tenant", "tenant_id", "username",
    ]

    /// Returns whether the value of a field may be a secret. A token request exists to prove who
    /// sends it, so every field may be, except well-known ones.
    static func isSecret(_ name: String) -> Bool { !harmless.contains(name.lowercased()) }
}

extension String {
    /// Whether the string contains control characters. Tabs are allowed in header values.
    fileprivate var hasHeaderBreak: Bool {
        unicodeScalars.contains { $0.isControl && $0 != "\t" }
    }
}

extension ObjectReader {
    private static let encryptionNames = ["algo", "key", "IV", "params"]

    /// Parses the encryption settings.
    ///
    /// - Parameter placeholders: The names of the placeholders in the profile's templates.
    mutating func encryption(of placeholders: [String]) -> EncryptionSettings? {
        guard let value = group("enc") else { return nil }
        var reader = ObjectReader(
            value, at: path / "enc", names: Self.encryptionNames, ignoringCase: true)
        for name in ["algo", "key", "IV"] { reader.require(name) }
        let algorithm = reader.word("algo", of: CipherAlgorithm.self)
        let key = reader.key(for: algorithm)
        let iv = reader.iv()
        let parameters = reader.parameters(among: placeholders)
        defer { absorb(reader) }
        guard let algorithm, let key, let iv,
            let cipher = try? ValueCipher(algorithm, key: key, iv: iv)
        else { return nil }
        return EncryptionSettings(cipher: cipher, parameters: parameters)
    }

    private mutating func key(for algorithm: CipherAlgorithm?) -> Secret? {
        guard let key = string("key") else { return nil }
        guard let algorithm else { return nil }
        let (length, found) = (algorithm.keyLength, key.utf8.count)
        guard found == length else {
            let words = "have \(length) bytes for \(algorithm.rawValue); it has \(found)"
            report(.must(words, at: path / "key"))
            return nil
        }
        return Secret(key)
    }

    private mutating func iv() -> ValueCipher.IV? {
        guard let iv = string("IV") else { return nil }
        if iv.matches("random") { return .random }
        let found = iv.utf8.count
        guard found == ValueCipher.fixedIVLength else {
            let words = "have \(ValueCipher.fixedIVLength) bytes, or be \"random\"; "
            report(.must(words + "it has \(found)", at: path / "IV"))
            return nil
        }
        return .fixed(Secret(iv))
    }

    /// Parses the names of encrypted variables: an array, or a string separated by commas.
    ///
    /// A name without a placeholder is rejected. It is probably a typo, and would leave a value
    /// unencrypted.
    private mutating func parameters(among placeholders: [String]) -> [String]? {
        guard let value = value("params"), value != "" else { return nil }
        let items = value.string.map { text in
            text.split(separator: ",").map { JSONValue.string(String($0).trimmed) }
        }
        guard let items = items ?? value.array else {
            report(.type("array", at: path / "params"))
            return nil
        }
        let names = Set(placeholders.flatMap(VariablePath.prefixes))
        return items.enumerated().compactMap { index, item in
            parameter(item, at: path / "params" / index, names)
        }
    }

    private mutating func parameter(
        _ item: JSONValue, at place: ProfileFault.Path, _ placeholders: Set<String>
    ) -> String? {
        guard let name = item.string else {
            report(.type("string", at: place))
            return nil
        }
        guard placeholders.contains(name) else {
            let nearest = hint(for: name, among: placeholders.sorted())
            report(
                .must(
                    "name a placeholder of the profile; '\(name.shortened)' is not one"
                        + (nearest.map { "; did you mean '\($0)'?" } ?? ""), at: place))
            return nil
        }
        return name
    }
}

extension ObjectReader {
    /// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    mutating func signing() -> SigningSettings? {
        guard let value = group("signing") else { return nil }
        var reader = ObjectReader(value, at: path / "signing", names: ["secret"])
        reader.require("secret")
        let secrets = reader.secrets()
        defer { absorb(reader) }
        return secrets.isEmpty ? nil : SigningSettings(secrets: secrets)
    }

    private mutating func secrets() -> [Secret] {
        guard let value = value("secret") else { return [] }
        let place = path / "secret"
        let items = value.array ?? [value]
        if !(1...2).contains(items.count) {
            report(.must("be one secret, or two during a rotation", at: place))
        }
        return items.compactMap { item in
            guard let text = item.string, SigningSettings.key(text) != nil else {
                let words = "begin with whsec_, followed by 24 to 64 bytes in base64"
                report(.must(words, at: place))
                return nil
            }
            return Secret(text)
        }
    }

    /// Parses the credentials for access tokens.
    ///
    /// - Parameter headers: The profile's headers, which must not include Authorization.
    mutating func auth(_ headers: [HTTPHeaderField]) -> ClientCredentials? {
        guard let value = group("auth") else { return nil }
        var reader = ObjectReader(value, at: path / "auth", names: nil)
        let required = ["url", "clientID", "clientSecret"]
        for name in required { reader.require(name) }
        let url = reader.tokenURL()
        let (id, secret) = (reader.string("clientID"), reader.string("clientSecret"))
        let extra = reader.all.map(\.name).filter { !required.contains($0) }
            .compactMap { name in reader.string(name).map { (name: name, value: $0) } }
        if headers.contains(where: { $0.name.matches("authorization") }) {
            let words =
                "be combined with an 'Authorization' header, because 'auth' sets that header"
            reader.report(.mustNot(words, at: reader.path))
        }
        defer { absorb(reader) }
        guard let url, let id, let secret else { return nil }
        return ClientCredentials(
            url: url, clientID: id, clientSecret: Secret(secret), extraFields: extra)
    }

    private mutating func tokenURL() -> String? {
        guard let url = webURL("url") else { return nil }
        guard (try? URLTemplate(url))?.placeholders.isEmpty == true else {
            report(.mustNot("have placeholders", at: path / "url"))
            return nil
        }
        return url
    }
}

extension SigningSettings {
    /// Decodes a secret. Returns `nil` if it is not valid.
    static func key(_ secret: String) -> [UInt8]? {
        guard secret.hasPrefix("whsec_"), let key = Data(base64Encoded: String(secret.dropFirst(6)))
        else { return nil }
        return (24...64).contains(key.count) ? Array(key) : nil
    }
}
