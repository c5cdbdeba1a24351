import Curl
import FoundationEssentials
import JSON
import Profiles

/// How a client says to a token server who it is (RFC 6749 2.3.1).
enum ClientAuthentication: Hashable, Sendable {
    /// By `client_id` and `client_secret` in the body.
    case inBody
    /// By HTTP Basic, which every server has to take, and some take alone.
    case basic

    /// Another way that may work after the server refused this one; nil where none is left.
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
    /// The code of an error of a token server (RFC 6749 5.2).
    fileprivate var tokenError: String? { tokenAnswer?["error"]?.string }

    private var tokenAnswer: JSONObject? {
        (try? JSONValue(parsing: content, .lenient))?.object
    }

    /// What the token server says is wrong: its error, else a short text that is no page.
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

    /// The exchange for a token as that of a callback, which was not sent: no status, no content.
    ///
    /// Its fault has the words of the token server, without the secrets of the credentials.
    func ofToken(for credentials: ClientCredentials) -> HTTPResult {
        var result = self
        let words = [fault?.message ?? status.map { "status \($0)" } ?? "no answer", tokenWords]
            .compactMap(\.self).joined(separator: ": ")
        result.fault = HTTPFault(
            kind: fault?.kind ?? .other,
            message: "the token could not be fetched: \(credentials.masking(words))")
        (result.status, result.content) = (nil, [])
        return result
    }
}
