import CivilTime
import Curl
import FoundationEssentials
import JSON
import Profiles
import TextSupport

/// An access token for `Authorization: Bearer`, from the client credentials grant (RFC 6749,
/// section 4.4).
struct BearerToken: Hashable, Sendable {
    let text: String
    /// When the token was fetched.
    let since: Instant
    let expiresAt: Instant

    /// The lifetime of a token without `expires_in`, in seconds.
    private static let defaultLifetime = 300.0

    /// The remaining lifetime that a request needs, in seconds.
    private static let margin: Int64 = 15

    func isFresh(at now: Instant) -> Bool {
        // Without the lower bound, a token would stay fresh for years after the clock was set back.
        now.advanced(seconds: Self.margin) >= since
            && now.advanced(seconds: Self.margin) < expiresAt
    }

    init(text: String, since: Instant, expiresAt: Instant) {
        (self.text, self.since, self.expiresAt) = (text, since, expiresAt)
    }

    /// Parses the response of a token server. Returns `nil` if it contains no token.
    init?(_ result: HTTPResult, now: Instant) {
        guard result.fault == nil, result.status.map({ (200..<300).contains($0) }) == true,
            let answer = try? JSONValue(parsing: result.content, .lenient).object,
            let text = answer["access_token"]?.string, !text.isEmpty,
            text.utf8.allSatisfy({ (33...126).contains($0) })
        else { return nil }
        let lifetime = answer["expires_in"].flatMap { Self.seconds($0) }
        self.text = text
        // Limits the lifetime to about a century, which can be added to any time without overflow.
        let seconds = min(max(lifetime ?? Self.defaultLifetime, 0), 3_000_000_000)
        since = now
        expiresAt = now.advanced(seconds: Int64(seconds))
    }

    /// Parses a number, or a string that contains one. Some servers send fractions.
    private static func seconds(_ value: JSONValue) -> Double? {
        if case .number(let number) = value { return number.double }
        return value.string.flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
    }

    /// Builds the request for a token.
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
            // Both parts are form-encoded first (RFC 6749, section 2.3.1).
            let pair = Data("\(encoded(id)):\(encoded(secret))".utf8).base64EncodedString()
            headers.append(HTTPHeader("Authorization", "Basic \(pair)"))
        }
        fields += credentials.extraFields.map { ($0.name, $0.value) }
        let form = fields.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
        return HTTPRequest(
            method: "POST", url: credentials.requestURL, headers: headers, body: Array(form.utf8))
    }

    /// Percent-encodes everything except unreserved characters. Form decoders accept `%20` as well
    /// as `+`.
    private static func encoded(_ text: String) -> String {
        PercentEncoding.encoded(text)
    }
}

extension HTTPRequest {
    /// Returns a copy with the token in place of any other authorization.
    func authorized(by token: BearerToken) -> HTTPRequest {
        var request = self
        request.headers.removeAll { $0.name.lowercased() == "authorization" }
        request.headers.append(HTTPHeader("Authorization", "Bearer \(token.text)"))
        return request
    }
}
