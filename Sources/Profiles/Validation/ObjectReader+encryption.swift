import Encryption
import JSON
import TextSupport

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
