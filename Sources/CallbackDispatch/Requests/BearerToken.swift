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

/// How a client authenticates to a token server (RFC 6749, section 2.3.1).
enum ClientAuthentication: Hashable, Sendable {
    /// Sends `client_id` and `client_secret` in the body.
    case inBody
    /// Uses HTTP Basic, which every server must support and some support exclusively.
    case basic

    /// Returns the method to try after the server rejected this one, or `nil` if none is left.
    func next(after result: HTTPResult) -> ClientAuthentication? {
        guard self == .inBody, result.fault == nil else { return nil }
        let refusals = ["invalid_client", "invalid_request"]
        switch result.status {
        case 401: return .basic
        case 400: return result.tokenError.map(refusals.contains) == true ? .basic : nil
        default: return nil
        }
    }
}

extension HTTPResult {
    /// The error code of a token server (RFC 6749, section 5.2).
    fileprivate var tokenError: String? { tokenAnswer?["error"]?.string }

    private var tokenAnswer: JSONObject? {
        (try? JSONValue(parsing: content, .lenient))?.object
    }

    /// The token server's error code and description, or else a short response that is not HTML.
    private var tokenWords: String? {
        let answer = tokenAnswer
        let said = [answer?["error"]?.string, answer?["error_description"]?.string]
            .compactMap(\.self).joined(separator: ": ")
        let text = said.isEmpty && answer == nil ? String(decoding: content, as: UTF8.self) : said
        let visible = text.unicodeScalars.prefix(200).map { scalar -> Character in
            scalar.properties.generalCategory == .control ? " " : Character(scalar)
        }
        let words = String(visible).trimmingPrefix { $0 == " " }
        return words.isEmpty || words.hasPrefix("<") ? nil : String(words)
    }

    /// Converts a failed token request to the result of a callback that was not sent: without
    /// status and content.
    ///
    /// The fault includes the token server's message, with the secrets of the credentials masked.
    func ofToken(for credentials: ClientCredentials) -> HTTPResult {
        var result = self
        let words = [fault?.message ?? status.map { "status \($0)" } ?? "no response", tokenWords]
            .compactMap(\.self).joined(separator: ": ")
        result.fault = HTTPFault(
            kind: fault?.kind ?? .other,
            message: "could not fetch the token: \(credentials.masking(words))")
        (result.status, result.content) = (nil, [])
        return result
    }
}
