import CivilTime
import Curl
import FoundationEssentials
import JSON
import Profiles

/// A token for `Authorization: Bearer`, from the client credentials grant (RFC 6749 4.4).
struct BearerToken: Hashable, Sendable {
    let text: String
    /// When it was fetched.
    let since: Instant
    let expiresAt: Instant

    /// How long a token lives whose giver does not say it, in seconds.
    private static let usualLife = 300.0

    /// What is left of its life must be enough for an exchange, in seconds.
    private static let margin: Int64 = 15

    func isFresh(at now: Instant) -> Bool {
        // By a clock that went back it would be fresh for years.
        now.advanced(seconds: Self.margin) >= since
            && now.advanced(seconds: Self.margin) < expiresAt
    }

    init(text: String, since: Instant, expiresAt: Instant) {
        (self.text, self.since, self.expiresAt) = (text, since, expiresAt)
    }

    /// The token in an answer; nil when there is none.
    init?(_ result: HTTPResult, now: Instant) {
        guard result.fault == nil, result.status.map({ (200..<300).contains($0) }) == true,
            let answer = try? JSONValue(parsing: result.content, .lenient).object,
            let text = answer["access_token"]?.string, !text.isEmpty,
            text.utf8.allSatisfy({ (33...126).contains($0) })
        else { return nil }
        let life = answer["expires_in"].flatMap { Self.seconds($0) }
        self.text = text
        // A century is as good as for ever, and can be added to any time.
        let seconds = min(max(life ?? Self.usualLife, 0), 3_000_000_000)
        since = now
        expiresAt = now.advanced(seconds: Int64(seconds))
    }

    /// A number, or a text with one; some servers write a fraction.
    private static func seconds(_ value: JSONValue) -> Double? {
        if case .number(let number) = value { return number.double }
        return value.string.flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
    }

    /// The request for a token.
    static func request(
        _ credentials: ClientCredentials, _ authentication: ClientAuthentication
    ) -> HTTPRequest {
        let (id, secret) = (credentials.clientID, credentials.clientSecret.reveal())
        var fields = [("grant_type", "client_credentials")]
        var headers = [
            HTTPHeader("Content-Type", "application/x-www-form-urlencoded"),
            HTTPHeader("Accept", "application/json"),
        ]
        switch authentication {
        case .inBody: fields += [("client_id", id), ("client_secret", secret)]
        case .basic:
            // Encoded like fields of a form first (RFC 6749 2.3.1).
            let pair = Data("\(encoded(id)):\(encoded(secret))".utf8).base64EncodedString()
            headers.append(HTTPHeader("Authorization", "Basic \(pair)"))
        }
        fields += credentials.extraFields.map { ($0.name, $0.value) }
        let form = fields.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
        return HTTPRequest(
            method: "POST", url: credentials.requestURL, headers: headers, body: Array(form.utf8))
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
