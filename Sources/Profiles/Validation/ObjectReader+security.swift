import FoundationEssentials
import JSON
import Placeholders
import TextSupport

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
