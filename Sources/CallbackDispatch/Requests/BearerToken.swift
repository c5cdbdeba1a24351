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

    /// The lifetime that is used at most, in seconds: one day.
    private static let maxLifetime = 86_400.0

    /// The maximum size of a token server's response, in bytes.
    static let maxResponseSize = 64 << 10

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
        let seconds = min(max(lifetime ?? Self.defaultLifetime, 0), Self.maxLifetime)
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
    fileprivate var tokenError: String? {
        (try? JSONValue(parsing: content, .lenient))?.object?["error"]?.string
    }

    /// Converts a failed token request to the result of a callback that was not sent: without
    /// status, header and content.
    ///
    /// Of the token server's response, the fault includes only the status and the error code. Any
    /// other text could repeat the secrets of the request, in any encoding, or contain a token.
    func ofToken(for credentials: ClientCredentials) -> HTTPResult {
        var result = self
        let code = tokenError.flatMap { credentials.isSafe(errorCode: $0) ? $0 : nil }
        let words = [fault?.message ?? status.map { "status \($0)" } ?? "no response"]
        let isSuccess = fault == nil && status.map { (200..<300).contains($0) } == true
        let cause = code ?? (isSuccess ? "the response has no valid 'access_token'" : nil)
        result.fault = HTTPFault(
            kind: fault?.kind ?? .other,
            message: "could not fetch the token: "
                + (words + [cause].compactMap(\.self)).joined(separator: ": "))
        (result.status, result.headBytes, result.content) = (nil, [], [])
        return result
    }
}

extension ClientCredentials {
    /// Whether a token server's error code can be shown.
    ///
    /// Codes such as `invalid_client` consist of lowercase letters and underscores, in which no
    /// encoded secret can be written. A code that shares text with a secret is not safe.
    fileprivate func isSafe(errorCode code: String) -> Bool {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let code = Array(code.utf8)
        guard (1...60).contains(code.count),
            code.allSatisfy({ letters.contains($0) || $0 == UInt8(ascii: "_") })
        else { return false }
        let secrets = secrets.map { Array($0.utf8) }
        // Comparing longer secrets would take too long.
        guard secrets.reduce(0, { $0 + $1.count }) <= 16 << 10 else { return false }
        return !secrets.contains { secret in
            let length = min(8, secret.count)
            return (0...max(0, code.count - length)).contains { start in
                let part = code[start...].prefix(length)
                return part.count == length && secret.contains(run: part)
            }
        }
    }
}

extension [UInt8] {
    /// Whether `run` occurs in this array.
    fileprivate func contains(run: ArraySlice<UInt8>) -> Bool {
        guard count >= run.count else { return false }
        return (0...(count - run.count)).contains { self[$0...].starts(with: run) }
    }
}
