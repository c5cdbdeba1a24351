import Curl
import FoundationEssentials
import JSON
import Profiles

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
