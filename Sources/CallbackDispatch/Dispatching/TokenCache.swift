import CivilTime
import Curl
import Profiles

/// Caches the OAuth tokens of all profiles, and tracks the token requests in flight.
///
/// The key is a company's credentials. When a profile's credentials change, new callbacks wait for
/// a new token. A token request still in flight serves only the callbacks that asked for it.
struct TokenCache {
    struct Key: Hashable {
        var company: String
        var credentials: ClientCredentials
    }

    /// A token request, identified by a number.
    struct Fetch {
        let number: Int64
        let request: HTTPRequest
    }

    enum Answer {
        case token(BearerToken)
        /// A token request with this number is already in flight.
        case pending(Int64)
        /// The caller must send this request.
        case needed(Fetch)
    }

    private struct Entry {
        /// The number of the token request in flight, or `nil`.
        var fetch: Int64?
        var token: BearerToken?
        /// How the token server accepts the client secret, as far as known.
        var authentication = ClientAuthentication.inBody
    }

    private var entries: [Key: Entry] = [:]
    private var fetches: [Int64: Key] = [:]
    private var lastFetch: Int64 = 0

    /// The number of entries beyond which unused ones are dropped.
    private static let maxCount = 1000

    /// Returns the token for credentials. The caller must send the request of `wanted`.
    mutating func token(of key: Key, at now: Instant) -> Answer {
        if entries[key] == nil, entries.count >= Self.maxCount { forgetUnused(at: now) }
        let entry = entries[key] ?? Entry()
        if let token = entry.token, token.isFresh(at: now) { return .token(token) }
        if let fetch = entry.fetch { return .pending(fetch) }
        return .needed(begin(key, entry.authentication))
    }

    private mutating func begin(_ key: Key, _ authentication: ClientAuthentication) -> Fetch {
        lastFetch += 1
        fetches[lastFetch] = key
        entries[key] = Entry(fetch: lastFetch, authentication: authentication)
        return Fetch(
            number: lastFetch, request: BearerToken.request(key.credentials, authentication))
    }

    private mutating func forgetUnused(at now: Instant) {
        entries = entries.filter {
            $0.value.fetch != nil || $0.value.token?.isFresh(at: now) == true
        }
    }

    /// The result of a token request.
    enum Outcome {
        case token(BearerToken)
        /// The server may accept the secret in another way. The caller must send this request.
        case again(Fetch)
        /// No token was issued. The result says why.
        case failed(HTTPResult)
    }

    /// Handles the response to a token request.
    mutating func end(_ fetch: Int64, _ result: HTTPResult, at now: Instant) -> Outcome? {
        guard let key = fetches.removeValue(forKey: fetch) else { return nil }
        let authentication = entries[key]?.authentication ?? .inBody
        if let token = BearerToken(result, now: now) {
            entries[key] = Entry(token: token, authentication: authentication)
            return .token(token)
        }
        if let other = authentication.next(after: result) { return .again(begin(key, other)) }
        entries[key] = nil
        return .failed(result.ofToken(for: key.credentials))
    }

    /// Drops a token that the receiver rejected, so that the next attempt fetches a new one.
    mutating func forget(_ token: BearerToken, of key: Key) {
        // A newer token may have arrived in the meantime.
        if entries[key]?.token == token { entries[key]?.token = nil }
    }
}
