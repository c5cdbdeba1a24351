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
    static func isSecret(_ name: String) -> Bool {
        let words = [
            "auth", "key", "token", "secret", "pass", "pwd", "cookie", "session", "signature",
            "credential", "bearer",
        ]
        let name = name.lowercased()
        return words.contains { name.contains($0) }
    }
}

extension String {
    /// Whether the string contains control characters. Tabs are allowed in header values.
    fileprivate var hasHeaderBreak: Bool {
        unicodeScalars.contains { $0.isControl && $0 != "\t" }
    }
}
