import CivilTime
import Curl
import JSON
import Profiles

/// A token for `Authorization: Bearer`, from the client credentials grant (RFC 6749 4.4).
struct BearerToken: Hashable, Sendable {
    let text: String
    let expiresAt: Instant

    /// How long a token lives whose giver does not say it, in seconds.
    private static let usualLife = 300

    /// What is left of its life must be enough for an exchange, in seconds.
    private static let margin: Int64 = 15

    func isFresh(at now: Instant) -> Bool {
        now.advanced(seconds: Self.margin) < expiresAt
    }

    /// The token in an answer; nil when there is none.
    init?(_ result: HTTPResult, now: Instant) {
        guard result.fault == nil, result.status.map({ (200..<300).contains($0) }) == true,
            let answer = try? JSONValue(parsing: result.content, .lenient).object,
            let text = answer["access_token"]?.string, !text.isEmpty,
            text.utf8.allSatisfy({ (33...126).contains($0) })
        else { return nil }
        let life = answer["expires_in"].flatMap { $0.integer ?? $0.string.flatMap { Int($0) } }
        self.text = text
        // A century is as good as for ever, and can be added to any time.
        let seconds = min(max(life ?? Self.usualLife, 0), 3_000_000_000)
        expiresAt = now.advanced(seconds: Int64(seconds))
    }

    /// The request for a token.
    static func request(_ credentials: ClientCredentials) -> HTTPRequest {
        let fields =
            [
                ("grant_type", "client_credentials"), ("client_id", credentials.clientID),
                ("client_secret", credentials.clientSecret.reveal()),
            ] + credentials.extraFields.map { ($0.name, $0.value) }
        let form = fields.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
        return HTTPRequest(
            method: "POST", url: credentials.requestURL,
            headers: [
                HTTPHeader("Content-Type", "application/x-www-form-urlencoded"),
                HTTPHeader("Accept", "application/json"),
            ], body: Array(form.utf8))
    }

    /// Everything but unreserved characters as `%XX`, which forms read as well as `+`.
    private static func encoded(_ text: String) -> String {
        text.utf8.reduce(into: "") { encoded, byte in
            let character = Character(Unicode.Scalar(byte))
            if character.isASCII && (character.isLetter || character.isNumber)
                || "-._~".contains(character)
            {
                encoded.append(character)
            } else {
                encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}

extension HTTPRequest {
    /// The same with a token in place of any other authorization.
    func authorized(by token: BearerToken) -> HTTPRequest {
        var request = self
        request.headers.removeAll { $0.name.lowercased() == "authorization" }
        request.headers.append(HTTPHeader("Authorization", "Bearer \(token.text)"))
        return request
    }
}
